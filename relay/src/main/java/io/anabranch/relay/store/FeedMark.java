package io.anabranch.relay.store;

import io.anabranch.crdt.RecordKey;
import org.jspecify.annotations.Nullable;

/**
 * How far a feed has been read. Entries are ordered by sequence, then by key.
 *
 * @param sequence from 0
 * @param key the last record read of the sequence, null when all of it was read
 */
public record FeedMark(long sequence, @Nullable RecordKey key) {

    /** Checks the range. */
    public FeedMark {
        if (sequence < 0) {
            throw new IllegalArgumentException("a feed's sequence is out of range: " + sequence);
        }
    }

    /** Everything up to a sequence has been read, the sequence included. */
    public static FeedMark after(long sequence) {
        return new FeedMark(sequence, null);
    }
}
