package io.anabranch.crdt;

import org.jspecify.annotations.Nullable;

/**
 * One write that is still in force in a field.
 *
 * @param key the element for kinds that have them ({@link Kind#SET}), otherwise null
 * @param dot the write's identity
 * @param stamp the write's hybrid logical time ({@link HybridClock}), 0 for kinds that are not ordered by time
 * @param value the value written, null for kinds whose entries only are there or not
 */
public record Entry(
        @Nullable Value key, Dot dot, long stamp, @Nullable Value value) implements Comparable<Entry> {

    /** Checks the range of the stamp. */
    public Entry {
        if (stamp < 0) {
            throw new IllegalArgumentException("a stamp is out of range: " + stamp);
        }
    }

    /** By key, entries without one first, then by dot. */
    @Override
    public int compareTo(Entry other) {
        int byKey = compareKeys(key, other.key);
        return byKey != 0 ? byKey : dot.compareTo(other.dot);
    }

    /** Whether this entry is read before another one in a register: later time, then greater dot. */
    boolean isLaterThan(Entry other) {
        int byStamp = Long.compareUnsigned(stamp, other.stamp);
        return byStamp != 0 ? byStamp > 0 : dot.compareTo(other.dot) > 0;
    }

    Entry withStamp(long newStamp) {
        return new Entry(key, dot, newStamp, value);
    }

    Entry withDot(Dot newDot, long newStamp) {
        return new Entry(key, newDot, stamp == 0 ? 0 : newStamp, value);
    }

    private static int compareKeys(@Nullable Value left, @Nullable Value right) {
        if (left == null || right == null) {
            return Boolean.compare(left != null, right != null);
        }
        return left.compareTo(right);
    }
}
