package io.anabranch.relay.admission;

import io.anabranch.crdt.RecordKey;
import io.anabranch.relay.store.StoredRecord;
import org.jspecify.annotations.Nullable;

/**
 * What became of one offered state.
 *
 * @param key whose state it is
 * @param outcome what was done
 * @param now the record as it is in the round, null if there is none
 */
public record Recovered(
        RecordKey key, Outcome outcome, @Nullable StoredRecord now) {

    /** What was done. */
    public enum Outcome {
        /** The record has changed. */
        JOINED,
        /** There was nothing new in it. */
        KNOWN,
        /** It was not looked at, or could not be right. */
        REFUSED
    }
}
