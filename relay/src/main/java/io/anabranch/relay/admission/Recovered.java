package io.anabranch.relay.admission;

import io.anabranch.crdt.RecordKey;

/**
 * What became of one offered state.
 *
 * @param key whose state it is
 * @param outcome what was done
 */
public record Recovered(RecordKey key, Outcome outcome) {

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
