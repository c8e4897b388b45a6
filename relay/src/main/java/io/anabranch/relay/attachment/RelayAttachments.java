package io.anabranch.relay.attachment;

import io.anabranch.relay.scope.Scopes;
import io.anabranch.relay.store.AttachmentReferrers;
import io.anabranch.relay.store.AttachmentReferrers.Referrer;
import io.anabranch.replica.attachment.ContentStore;
import io.anabranch.replica.content.AttachmentRef;
import io.anabranch.replica.content.ContentHash;
import io.anabranch.replica.schema.AttachmentPolicy;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The relay's attachments. Thread-safe; everything may wait for the disk.
 *
 * <p>Content is taken only if a record refers to it, so the relay's disk holds what accepted commits asked for; and it is given to who may
 * read such a record. When no record that exists refers to it any more, it is kept for a grace, since a deleted record may come
 * back, and then removed.
 */
public final class RelayAttachments {

    private static final Logger LOG = LoggerFactory.getLogger(RelayAttachments.class);
    private static final int REFERRERS_PER_LOOK = 100;

    private final ContentStore store;
    private final AttachmentReferrers referrers;
    private final AttachmentRights rights;
    private final Keeping keeping;

    /**
     * What is removed when.
     *
     * @param clock the relay's
     * @param graceMillis how long content is kept that no record refers to
     */
    public record Keeping(InstantSource clock, long graceMillis) {}

    /** Decides about the content of a store by the records that refer to it. */
    public RelayAttachments(
            ContentStore store, AttachmentReferrers referrers, AttachmentRights rights, Keeping keeping) {
        this.store = store;
        this.referrers = referrers;
        this.rights = rights;
        this.keeping = keeping;
    }

    /** The content. */
    public ContentStore store() {
        return store;
    }

    /** Whether a record refers to content. */
    public boolean isReferred(ContentHash hash) {
        return reference(hash).isPresent();
    }

    /** How a record refers to content, for the office, which may read everything. */
    public Optional<AttachmentRef> reference(ContentHash hash) {
        return referrers.of(hash, null, 1).stream().findFirst().map(Referrer::ref);
    }

    /** What a device is given of content. */
    public Given given(ContentHash hash, Scopes.Reader reader) {
        return given(hash, rights.of(reader));
    }

    /** What a device is given of each content, in order. */
    public List<Given> given(List<ContentHash> hashes, Scopes.Reader reader) {
        AttachmentRights.Judge judge = rights.of(reader);
        return hashes.stream().map(hash -> given(hash, judge)).toList();
    }

    /** The most that any record gives. */
    private Given given(ContentHash hash, AttachmentRights.Judge judge) {
        Given most = Given.NOTHING;
        List<Referrer> some = referrers.of(hash, null, REFERRERS_PER_LOOK);
        while (!some.isEmpty()) {
            for (Referrer referrer : some) {
                Optional<AttachmentPolicy> policy = judge.policy(referrer.record(), hash);
                if (policy.isPresent() && most.isLessThan(policy.get())) {
                    most = new Given(policy, Optional.of(referrer.ref()));
                }
                if (most.policy.equals(Optional.of(AttachmentPolicy.WITH_RECORD))) {
                    return most;
                }
            }
            some = referrers.of(hash, some.get(some.size() - 1).key(), REFERRERS_PER_LOOK);
        }
        return most;
    }

    /**
     * What a device is given of content.
     *
     * @param policy when it gets it; empty if no record that it sees refers to it
     * @param ref how a record that it sees refers to it
     */
    public record Given(Optional<AttachmentPolicy> policy, Optional<AttachmentRef> ref) {

        static final Given NOTHING = new Given(Optional.empty(), Optional.empty());

        /** Whether the device may have the content. */
        public boolean isGiven() {
            return policy.isPresent() && policy.get() != AttachmentPolicy.NONE;
        }

        private boolean isLessThan(AttachmentPolicy other) {
            return policy.isEmpty() || policy.get().compareTo(other) < 0;
        }
    }

    /** Removes orphans after their grace, beginnings that nobody goes on with, and references that went. Reads all of them. */
    public void sweep() {
        long now = keeping.clock.millis();
        referrers.collect();
        for (ContentStore.Stored content : store.stored()) {
            ContentHash hash = content.hash();
            if (isReferred(hash)) {
                store.adopted(hash);
            } else if (now - store.orphaned(hash, now) > keeping.graceMillis) {
                store.remove(hash);
                LOG.info("An attachment that no record refers to was removed. hash={} size={}", hash, content.size());
            }
        }
        for (ContentStore.Stored begun : store.begun()) {
            if (now - begun.usedMillis() > keeping.graceMillis) {
                store.remove(begun.hash());
            }
        }
    }
}
