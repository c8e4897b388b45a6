package io.anabranch.relay.store;

import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.content.AttachmentRef;
import io.anabranch.replica.content.ContentHash;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which records refer to which content. A reference is there as soon as the commit that makes it is accepted, in the same step; rights
 * and orphans are decided by it. Any thread; may wait for the disk; fails as the store does.
 */
public interface AttachmentReferrers {

    /**
     * Records that exist and refer to content now, ascending by key.
     *
     * @param after where to go on, null for the first
     * @param countMax most records wanted, at least 1
     */
    List<Referrer> of(ContentHash hash, @Nullable RecordKey after, int countMax);

    /** Forgets what records no longer refer to. Reads all references, and holds up appends for some hundred of them at a time. */
    void collect();

    /**
     * A record that refers to content.
     *
     * @param record with its memberships
     * @param ref how it refers to it
     */
    record Referrer(StoredRecord record, AttachmentRef ref) {

        /** The record's. */
        public RecordKey key() {
            return record.key();
        }
    }
}
