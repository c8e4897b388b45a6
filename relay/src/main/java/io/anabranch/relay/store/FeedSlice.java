package io.anabranch.relay.store;

import io.anabranch.crdt.RecordKey;
import java.util.List;

/**
 * Consecutive entries of a bucket's feed.
 *
 * @param entries ascending by sequence, then by key
 * @param end whether the feed has no entries after these
 */
public record FeedSlice(List<Entry> entries, boolean end) {

    /** Copies the entries. */
    public FeedSlice {
        entries = List.copyOf(entries);
    }

    /**
     * A record at its latest change.
     *
     * @param sequence of the change, or of the record's entering or leaving the bucket
     * @param key the record
     * @param left whether the record has left the bucket
     */
    public record Entry(long sequence, RecordKey key, boolean left) {}
}
