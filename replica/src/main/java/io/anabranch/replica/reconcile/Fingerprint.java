package io.anabranch.replica.reconcile;

/**
 * What stands for a set of items: how many, and the sum of their hashes modulo 2^128. Those of two disjoint sets add up to that
 * of both.
 *
 * @param count how many items
 * @param high the sum's upper half
 * @param low the sum's lower half
 */
record Fingerprint(long count, long high, long low) {

    static final Fingerprint NONE = new Fingerprint(0, 0, 0);

    Fingerprint plus(Fingerprint other) {
        long sum = low + other.low;
        long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
        return new Fingerprint(count + other.count, high + other.high + carry, sum);
    }
}
