package io.anabranch.replica.attachment;

import io.anabranch.replica.content.ContentHash;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;

/** Keeps a device's content within its budget and free of orphans. Thread-safe. */
final class ContentKeeper {

    private final ContentStore store;
    private final AttachmentIndex index;
    private final AttachmentOptions options;
    private final LongSupplier wallMillis;
    /** About; -1 before it was first measured. */
    private long size = -1;

    ContentKeeper(ContentStore store, AttachmentIndex index, AttachmentOptions options, LongSupplier wallMillis) {
        this.store = store;
        this.index = index;
        this.options = options;
        this.wallMillis = wallMillis;
    }

    /** Whether so many more bytes are within the budget. */
    synchronized boolean hasRoom(long more) {
        return measured() + more <= options.budgetSize();
    }

    /** So many bytes came: the oldest content goes if they are too many, but not this, which came last. */
    synchronized void came(long more, ContentHash latest) {
        size = measured() + more;
        if (size > options.budgetSize()) {
            evict(latest);
        }
    }

    private void evict(ContentHash latest) {
        List<ContentStore.Stored> oldestFirst = store.stored().stream()
                .sorted(Comparator.comparingLong(ContentStore.Stored::usedMillis))
                .toList();
        size = sum(oldestFirst);
        for (ContentStore.Stored content : oldestFirst) {
            if (size <= options.budgetSize()) {
                return;
            }
            if (!content.hash().equals(latest) && store.evict(content.hash())) {
                size -= content.size();
            }
        }
    }

    /**
     * Removes what no record has referred to for as long as the grace, and at once what was only with records that have left the device,
     * unless it was not sent yet; the index must be complete.
     */
    void removeOrphans() {
        long now = wallMillis.getAsLong();
        for (ContentStore.Stored content : store.stored()) {
            AttachmentIndex.Standing standing = index.standing(content.hash());
            if (standing == AttachmentIndex.Standing.REFERRED) {
                store.adopted(content.hash());
            } else if (hasLeft(standing, content.hash())
                    || now - store.orphaned(content.hash(), now) > options.graceMillis()) {
                remove(content.hash());
            }
        }
        for (ContentStore.Stored begun : store.begun()) {
            if (hasLeft(index.standing(begun.hash()), begun.hash())
                    || now - begun.usedMillis() > options.graceMillis()) {
                remove(begun.hash());
            }
        }
    }

    private boolean hasLeft(AttachmentIndex.Standing standing, ContentHash hash) {
        return standing == AttachmentIndex.Standing.LEFT && !store.isWaiting(hash);
    }

    private void remove(ContentHash hash) {
        store.remove(hash);
        index.forgetLeft(hash);
        forget();
    }

    private synchronized void forget() {
        size = -1;
    }

    private long measured() {
        if (size < 0) {
            size = sum(store.stored());
        }
        return size;
    }

    private static long sum(List<ContentStore.Stored> contents) {
        return contents.stream().mapToLong(ContentStore.Stored::size).sum();
    }
}
