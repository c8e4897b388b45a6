package io.anabranch.relay.store;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The buckets that a record is in, or has left, and since when. Immutable and thread-safe.
 *
 * <p>Each membership has one entry in its bucket's feed. When the record changes, the entries of all buckets it is in move to
 * that sequence; when only its buckets change, just those of the buckets it enters or leaves. A left membership keeps its entry, so
 * that readers of the bucket learn of it, until it is {@linkplain #without collected}, and becomes a member again when the
 * record comes back.
 *
 * <pre>{@code
 * Memberships now = record.memberships().changed(Set.of(west, everyone), sequence);
 * }</pre>
 */
public final class Memberships {

    /** Of a record that was never in a bucket. */
    public static final Memberships NONE = new Memberships(List.of());

    private static final int BUCKET_SMALL = 0x80;

    private static final int LEFT = 1;
    private static final int MOVED = 2;
    private static final int BACK = 4;
    private static final int ELSEWHERE = 8;
    private static final int SMALL = 16;

    private final List<Membership> all;

    /**
     * A bucket that a record is in, or has left.
     *
     * @param bucket the bucket
     * @param firstEntered the sequence at which the record first came into it, at or before {@code entered}
     * @param entered the sequence at which it last came into it
     * @param place the sequence of its entry in the bucket's feed: of its latest change, or of its leaving
     * @param left whether it is no longer in it
     */
    public record Membership(long bucket, long firstEntered, long entered, long place, boolean left) {

        private Membership at(long sequence) {
            return place == sequence ? this : new Membership(bucket, firstEntered, entered, sequence, left);
        }

        private @Nullable Membership settled(@Nullable Membership was) {
            if (was != null && !was.left) {
                return new Membership(bucket, was.firstEntered, was.entered, place, left);
            }
            return left ? was : this;
        }
    }

    private Memberships(List<Membership> all) {
        this.all = all;
    }

    /** Ascending by bucket, those that were left included. */
    public List<Membership> all() {
        return all;
    }

    /** Whether the record was never in a bucket, as far as is known. */
    public boolean isEmpty() {
        return all.isEmpty();
    }

    /** The membership of a bucket, left or not; null if there is none. Costs the number of buckets. */
    public @Nullable Membership of(long bucket) {
        for (Membership membership : all) {
            if (membership.bucket == bucket) {
                return membership;
            }
        }
        return null;
    }

    /** Whether the record is in a bucket. */
    public boolean isMember(long bucket) {
        Membership membership = of(bucket);
        return membership != null && !membership.left;
    }

    /** The buckets that the record is in, ascending. */
    public Set<Long> buckets() {
        Set<Long> buckets = new TreeSet<>();
        for (Membership membership : all) {
            if (!membership.left) {
                buckets.add(membership.bucket);
            }
        }
        return buckets;
    }

    /**
     * The memberships after a change of the record's state.
     *
     * @param buckets those it is in now
     * @param at the sequence of the change
     */
    public Memberships changed(Set<Long> buckets, long at) {
        return now(buckets, bucket -> false, at, true);
    }

    /**
     * The same beside buckets that nobody maintains any more.
     *
     * @param kept whose memberships are left as they are
     */
    public Memberships changed(Set<Long> buckets, LongPredicate kept, long at) {
        return now(buckets, kept, at, true);
    }

    /**
     * The memberships after the record's buckets have changed and its state has not. These ones themselves if nothing is different.
     *
     * @param buckets those it is in now
     * @param kept whose memberships are left as they are
     * @param at the sequence of what brought it about
     */
    public Memberships rescoped(Set<Long> buckets, LongPredicate kept, long at) {
        Memberships now = now(buckets, kept, at, false);
        return now.equals(this) ? this : now;
    }

    /** The rest, when those of some buckets are forgotten: their entries go from the feeds. */
    public Memberships without(LongPredicate forgotten) {
        List<Membership> rest = all.stream()
                .filter(membership -> !forgotten.test(membership.bucket))
                .toList();
        return rest.size() == all.size() ? this : new Memberships(rest);
    }

    /** The rest, when left memberships whose entry is at or before a sequence are forgotten. */
    public Memberships withoutLeft(long lastSequence) {
        List<Membership> rest = all.stream()
                .filter(membership -> !membership.left || membership.place > lastSequence)
                .toList();
        return rest.size() == all.size() ? this : new Memberships(rest);
    }

    /**
     * The same as it looks to those who do not see within a round: a stay that began and ended in it was none, and one that was
     * interrupted was not.
     *
     * @param before the round
     * @param head the store's sequence before it
     */
    Memberships settled(Memberships before, long head) {
        boolean any = false;
        for (Membership membership : all) {
            any |= membership.entered > head && membership.firstEntered != membership.place;
        }
        if (!any) {
            return this;
        }
        List<Membership> settled = new ArrayList<>(all.size());
        for (Membership membership : all) {
            Membership now = membership.entered > head ? membership.settled(before.of(membership.bucket)) : membership;
            if (now != null) {
                settled.add(now);
            }
        }
        return new Memberships(List.copyOf(settled));
    }

    private Memberships now(Set<Long> buckets, LongPredicate kept, long at, boolean moves) {
        if (all.isEmpty() && buckets.size() == 1) {
            return new Memberships(List.of(entered(buckets.iterator().next(), null, at)));
        }
        List<Membership> now = new ArrayList<>(Math.max(all.size(), buckets.size()));
        TreeSet<Long> missing = new TreeSet<>(buckets);
        for (Membership before : all) {
            boolean wanted = missing.remove(before.bucket);
            if (kept.test(before.bucket) || (before.left && !wanted)) {
                now.add(before);
            } else if (!wanted) {
                now.add(new Membership(before.bucket, before.firstEntered, before.entered, at, true));
            } else if (before.left) {
                now.add(entered(before.bucket, before, at));
            } else {
                now.add(moves ? before.at(at) : before);
            }
        }
        missing.forEach(bucket -> now.add(entered(bucket, null, at)));
        now.sort((left, right) -> Long.compare(left.bucket, right.bucket));
        return new Memberships(List.copyOf(now));
    }

    private static Membership entered(long bucket, @Nullable Membership before, long at) {
        return new Membership(bucket, before == null ? at : before.firstEntered, at, at, false);
    }

    int encodedSizeMax() {
        return 5 + 39 * all.size();
    }

    /** Count, then for each: flags, bucket, and what differs. Written relative to the record's own sequence. */
    void encode(CodedOutputStream out, long sequence) throws IOException {
        out.writeUInt32NoTag(all.size());
        for (Membership one : all) {
            boolean small = one.bucket >= 0 && one.bucket < BUCKET_SMALL;
            out.writeUInt32NoTag((one.left ? LEFT : 0)
                    | (one.entered == one.place ? 0 : MOVED)
                    | (one.firstEntered == one.entered ? 0 : BACK)
                    | (one.place == sequence ? 0 : ELSEWHERE)
                    | (small ? SMALL : 0));
            if (small) {
                out.writeUInt32NoTag((int) one.bucket);
            } else {
                out.writeFixed64NoTag(one.bucket);
            }
            if (one.place != sequence) {
                out.writeSInt64NoTag(sequence - one.place);
            }
            if (one.entered != one.place) {
                out.writeUInt64NoTag(one.place - one.entered);
            }
            if (one.firstEntered != one.entered) {
                out.writeUInt64NoTag(one.entered - one.firstEntered);
            }
        }
    }

    static Memberships decode(CodedInputStream in, long sequence) throws IOException {
        int count = in.readUInt32();
        if (count == 1) {
            return new Memberships(List.of(decodeOne(in, sequence)));
        }
        List<Membership> all = new ArrayList<>(count);
        for (int left = count; left > 0; left--) {
            all.add(decodeOne(in, sequence));
        }
        return new Memberships(List.copyOf(all));
    }

    private static Membership decodeOne(CodedInputStream in, long sequence) throws IOException {
        int flags = in.readUInt32();
        long bucket = (flags & SMALL) != 0 ? in.readUInt32() : in.readFixed64();
        long place = (flags & ELSEWHERE) == 0 ? sequence : sequence - in.readSInt64();
        long entered = (flags & MOVED) == 0 ? place : place - in.readUInt64();
        long first = (flags & BACK) == 0 ? entered : entered - in.readUInt64();
        return new Membership(bucket, first, entered, place, (flags & LEFT) != 0);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Memberships that && all.equals(that.all);
    }

    @Override
    public int hashCode() {
        return all.hashCode();
    }

    @Override
    public String toString() {
        return all.toString();
    }
}
