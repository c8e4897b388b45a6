package io.anabranch.relay.store;

import io.anabranch.crdt.Position;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Everything that a relay keeps, in its own terms: records with their stamps, the feeds of buckets, heads and verdicts of
 * replicas, and small tables.
 *
 * <p><b>Order.</b> Accepted commits, and what else moves records in their feeds, are numbered by the sequence, in the order they become
 * visible. <b>No late
 * visibility</b>: a reader that was given a page of a feed that ends at position p never finds an entry at or below p later.
 *
 * <p><b>Epochs.</b> A sequence means the same only within one epoch. Whoever cannot be certain of the tail of the order (a
 * restored backup, a failover, an unclean end of a store that does not sync) calls {@link #newEpoch} before the first append.
 *
 * <p><b>Callers and threads.</b> Admission appends, one thread at a time. Sessions read views, any thread at any time,
 * without waiting for the appender. Tables are for any thread. All methods may wait for the disk.
 *
 * <p><b>Failure.</b> When the world fails, a method throws the exception of the adapter ({@code StorageException} for {@link
 * KeyValueRelayStore}). After a failed append the store must be opened anew, which settles whether it is in, whole or not at
 * all; the caller stops.
 */
public interface RelayStore extends AutoCloseable {

    /** The store's id, 16 bytes, made with the store: a copy of them. A cursor of another store means nothing here. */
    byte[] storeId();

    /**
     * Bytes that only this store's relay knows, made with the store: a copy of them. With them it recognises what it has given out.
     */
    byte[] secret();

    /** The position of the latest accepted commit, timer or the like; of a new store {@link Position#START}. */
    Position head();

    /**
     * Begins an epoch at the head's sequence. Durable on return, so it is known before anything is appended to it.
     *
     * @return the new head
     */
    Position newEpoch();

    /**
     * Where a reader goes on in the current epoch. The position itself if it is of this epoch; for an older one the
     * smaller of its sequence and that at which the following epoch began: what came after that in the old epoch is
     * not certain to be what this store has there.
     *
     * @param cursor not after the head
     * @throws IllegalArgumentException if it is after the head
     */
    Position resume(Position cursor);

    /** The epochs of this store. */
    Lineage lineage();

    /** The store as it is between two appends, for one answer and not for keeping; the caller closes it. */
    RelayView view();

    /**
     * Adds a round: visible whole and durable on return, and then hints go out.
     *
     * @throws IllegalStateException if the head is not the one that the round was judged against; nothing is changed
     */
    void append(Admitted admitted);

    /** A small table; it is there as soon as something is put into it. Names are 1 to 64 ASCII letters, digits, - and /. */
    RelayTable table(String name);

    /** Which records refer to which content. */
    AttachmentReferrers attachmentReferrers();

    /**
     * Calls back after appends, as a hint that there is something to read. Hints may be lost, repeated or late, so readers
     * also look by themselves now and then. Called on the appender's thread, when the round is visible: must return at once
     * and not throw.
     */
    Subscription onAppend(Consumer<Appended> reader);

    /** Releases the store. Nobody may use it or its views any more. */
    @Override
    void close();

    /**
     * What a round changed.
     *
     * @param head the head after it
     * @param buckets whose feeds have something new; empty if that is not known
     * @param replicas whose commits got verdicts
     * @param known whether the buckets are known: if not, any may have changed
     */
    record Appended(Position head, Set<Long> buckets, Set<Long> replicas, boolean known) {

        /** Copies the sets. */
        public Appended {
            buckets = Set.copyOf(buckets);
            replicas = Set.copyOf(replicas);
        }

        /** Anything may have changed. */
        public static Appended unknown(Position head) {
            return new Appended(head, Set.of(), Set.of(), false);
        }

        /** What a round says. */
        public static Appended of(Admitted admitted) {
            Set<Long> buckets = new HashSet<>();
            for (Admitted.Change change : admitted.changes()) {
                for (Memberships.Membership membership :
                        change.record().memberships().all()) {
                    if (membership.place() > admitted.before().sequence()) {
                        buckets.add(membership.bucket());
                    }
                }
            }
            Set<Long> replicas = new HashSet<>();
            admitted.replicas().forEach(head -> replicas.add(head.replica()));
            return new Appended(admitted.head(), buckets, replicas, true);
        }
    }

    /** A wish for hints. */
    interface Subscription extends AutoCloseable {

        /** Ends the hints. Closing again does nothing. */
        @Override
        void close();
    }
}
