package io.anabranch.replica.query;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.Value;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a condition may depend on besides the record: who asks, when, and the other records. Whoever evaluates gives it, and
 * its answers must not change during an evaluation. Called on the evaluating thread.
 */
public interface Circumstances {

    /** Those in which no parameter has a value and there are no other records. */
    static Circumstances at(long nowMillis, ZoneId zone) {
        return new Bare(nowMillis, zone);
    }

    /** The values of an attribute of the user or device; none if there is no such attribute. */
    List<Value> parameter(Operand.Parameter parameter);

    /** The time, in milliseconds since 1970, before the year 9999. */
    long nowMillis();

    /** Where days begin and end. */
    ZoneId zone();

    /**
     * The living records of a type, in any order.
     *
     * @param selected where to look for the value
     * @param value if not null, records that do not hold a value with the same {@link Relation#key} there may be left out
     */
    Iterable<Record> records(String type, Operand.Stored selected, @Nullable Value value);

    /**
     * Whether a sub-query selects a value. The default asks for the records that hold it; one that evaluates a sub-query for many
     * records may remember what it selects.
     */
    default boolean selects(Selection selection, Value value) {
        for (Record record : records(selection.type(), selection.selected(), Relation.key(value))) {
            if (selection.selects(record, value, this)) {
                return true;
            }
        }
        return false;
    }

    /** See {@link #at}. */
    record Bare(long nowMillis, ZoneId zone) implements Circumstances {
        @Override
        public List<Value> parameter(Operand.Parameter parameter) {
            return List.of();
        }

        @Override
        public Iterable<Record> records(String type, Operand.Stored selected, @Nullable Value value) {
            return List.of();
        }
    }
}
