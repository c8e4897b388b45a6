package io.anabranch.crdt;

import java.util.function.LongSupplier;

/**
 * A hybrid logical clock: stamps that follow the wall clock, never go back, and are later than every stamp seen.
 *
 * <p>A stamp is 48 bits of milliseconds since 1970 and 16 bits of counter, never negative. Stamps order the writes of a
 * register and nothing else. Not thread-safe.
 *
 * <p>Kulkarni et al., <i>Logical Physical Clocks</i>, OPODIS 2014. We differ in one thing: a stamp seen further ahead than a
 * bound is not followed, so one wrong clock cannot drag the others along.
 */
public final class HybridClock {

    /** How far ahead of the wall clock a stamp may be and still be followed: a day. */
    public static final long AHEAD_MAX_MILLIS = 86_400_000;

    private static final int COUNTER_BITS = 16;
    // Half of what 48 bits hold, the year 6429, so that stamps are never negative.
    private static final long MILLIS_MAX = (1L << 47) - 1;

    private final LongSupplier wallMillis;
    private long last;

    /**
     * A clock that has seen nothing.
     *
     * @param wallMillis the wall clock, in ms since 1970; may jump
     */
    public HybridClock(LongSupplier wallMillis) {
        this.wallMillis = wallMillis;
    }

    /**
     * A stamp later than all this clock gave or followed.
     *
     * @throws IllegalStateException if the year 6429 is over
     */
    public long next() {
        if (last == Long.MAX_VALUE) {
            throw new IllegalStateException("the hybrid clock has no later stamp");
        }
        long wall = stamp(wallMillis.getAsLong(), 0);
        last = wall > last ? wall : last + 1;
        return last;
    }

    /** Makes later stamps later than one seen elsewhere, unless that is more than {@link #AHEAD_MAX_MILLIS} ahead. */
    public void observe(long stamp) {
        if (millis(stamp) <= wallMillis.getAsLong() + AHEAD_MAX_MILLIS && stamp > last) {
            last = stamp;
        }
    }

    /** Packs a stamp; milliseconds outside 0 to 2<sup>47</sup>-1 are clamped. */
    public static long stamp(long millis, int counter) {
        if (counter < 0 || counter >= 1 << COUNTER_BITS) {
            throw new IllegalArgumentException("a stamp's counter is out of range: " + counter);
        }
        return (Math.max(0, Math.min(MILLIS_MAX, millis)) << COUNTER_BITS) | counter;
    }

    /** The milliseconds since 1970 of a stamp. */
    public static long millis(long stamp) {
        return stamp >>> COUNTER_BITS;
    }

    /** The counter of a stamp. */
    public static int counter(long stamp) {
        return (int) (stamp & ((1 << COUNTER_BITS) - 1));
    }
}
