package io.anabranch.crdt;

/**
 * Foretells the next dot of an encoding, so that most need not be written: a commit takes consecutive dots for its writes in
 * the order in which they are encoded, and a stamp tells commits apart.
 *
 * <p>Each stamp remembers the dot that was last written under it, and the one after that is foretold; for a stamp not met
 * before, the one after the last of all. An entry without a stamp counts under the stamp last met. Encoder and decoder
 * keep one each, and note every entry.
 */
final class DotForecast {

    private final int[] replicas;
    private final long[] lasts;
    private int stamp;
    private int lastReplica;
    private long last;

    DotForecast(int stampCount) {
        this.replicas = new int[Math.max(1, stampCount)];
        this.lasts = new long[replicas.length];
    }

    /** The index of the stamp last met; at first that of the lowest. */
    int stamp() {
        return stamp;
    }

    /** The index of the replica of the next dot under a stamp. */
    int replica(int stampIndex) {
        return lasts[stampIndex] == 0 ? lastReplica : replicas[stampIndex];
    }

    /** The number of the next dot under a stamp. */
    long n(int stampIndex) {
        return (lasts[stampIndex] == 0 ? last : lasts[stampIndex]) + 1;
    }

    boolean foretells(int stampIndex, int replica, long n) {
        return replica(stampIndex) == replica && n(stampIndex) == n;
    }

    void note(int stampIndex, int replica, long n) {
        stamp = stampIndex;
        replicas[stampIndex] = replica;
        lasts[stampIndex] = n;
        lastReplica = replica;
        last = n;
    }
}
