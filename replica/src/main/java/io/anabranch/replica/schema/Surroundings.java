package io.anabranch.replica.schema;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.replica.query.Operand;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the check of a change needs to know besides the change: the time, and the other records, as they are after the whole commit.
 *
 * <p>The relay knows all of it. A device holds a part of the records, so it answers no where it cannot know, and leaves the judgement to the
 * relay.
 */
public interface Surroundings {

    /** Those of which only the time is known: references, unique values and conditions with sub-queries are not judged. */
    static Surroundings at(long nowMillis, ZoneId zone) {
        return new Time(nowMillis, zone);
    }

    /** Whether all records are known; if not, conditions with sub-queries are not judged. */
    boolean isComplete();

    /** Whether it is certain that there is no living record of this key. */
    boolean isMissing(RecordKey key);

    /** Whether it is certain that another living record of the same type has this value in this field. */
    boolean isTaken(RecordKey own, String field, Value value);

    /** As {@link io.anabranch.replica.query.Circumstances#records}. */
    Iterable<Record> records(String type, Operand.Stored selected, @Nullable Value value);

    /** The time, ms since 1970. */
    long nowMillis();

    /** Where days begin and end. */
    ZoneId zone();

    /** See {@link #at}. */
    record Time(long nowMillis, ZoneId zone) implements Surroundings {

        @Override
        public boolean isComplete() {
            return false;
        }

        @Override
        public boolean isMissing(RecordKey key) {
            return false;
        }

        @Override
        public boolean isTaken(RecordKey own, String field, Value value) {
            return false;
        }

        @Override
        public Iterable<Record> records(String type, Operand.Stored selected, @Nullable Value value) {
            return List.of();
        }
    }
}
