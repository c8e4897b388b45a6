package io.anabranch.replica;

import io.anabranch.crdt.Record;

/**
 * How a record moved with respect to a {@link Watch}.
 *
 * @param kind whether it came to match, still matches, or no longer does
 * @param record the record as it is now; of one that was deleted, what is left of it
 */
public record RecordEvent(Kind kind, Record record) {

    /** How it moved. */
    public enum Kind {
        /** It matches now and did not before. */
        ENTER,
        /** It matched before, and does, with other content. */
        CHANGE,
        /** It matched before and does not now. */
        LEAVE
    }
}
