package io.anabranch.replica.schema;

import io.anabranch.crdt.FieldName;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;

/**
 * What a check of a change needs to know of records besides the changed one, all of it as it is after the whole commit.
 *
 * <p>The relay knows all of it. A device holds a part of the records, so it answers no where it cannot know, and leaves the judgement to the
 * relay.
 */
public interface OtherRecords {

    /** Nothing is known: references and unique values are not judged. */
    OtherRecords UNKNOWN = new OtherRecords() {
        @Override
        public boolean isMissing(RecordKey key) {
            return false;
        }

        @Override
        public boolean isTaken(RecordKey own, FieldName field, Value value) {
            return false;
        }
    };

    /** Whether it is certain that there is no living record of this key. */
    boolean isMissing(RecordKey key);

    /** Whether it is certain that another living record of the same type has this value in this field. */
    boolean isTaken(RecordKey own, FieldName field, Value value);
}
