package io.anabranch.crdt;

/**
 * The identity of a write: the {@code n}-th write that a replica made to one record.
 *
 * <p>Dots order by replica (unsigned), then by {@code n}. A dot is used once, whatever becomes of its write.
 *
 * @param replica the id of the replica that made the write; all 64 bits count
 * @param n from 1 to {@link #N_MAX}
 */
public record Dot(long replica, long n) implements Comparable<Dot> {

    /** The greatest {@code n}: 2<sup>40</sup>, a thousand writes a second for 35 years. */
    public static final long N_MAX = 1L << 40;

    /** Checks the range of {@code n}. */
    public Dot {
        if (n < 1 || n > N_MAX) {
            throw new IllegalArgumentException("a dot's n is out of range: " + n);
        }
    }

    @Override
    public int compareTo(Dot other) {
        int byReplica = Long.compareUnsigned(replica, other.replica);
        return byReplica != 0 ? byReplica : Long.compare(n, other.n);
    }

    @Override
    public String toString() {
        return Long.toHexString(replica) + ":" + n;
    }
}
