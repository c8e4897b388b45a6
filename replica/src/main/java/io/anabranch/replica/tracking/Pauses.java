package io.anabranch.replica.tracking;

import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt to connect: twice as long after each that brought nothing, between bounds, and each time with
 * chance, so that a thousand devices whose relay was restarted do not come back in one instant. Not thread-safe.
 *
 * <p>The pause is drawn from the whole range between the half and one and a half of what is due ("equal jitter"); AWS's "Exponential
 * Backoff and Jitter" compares such choices.
 */
public final class Pauses {

    /** What is due after a connection that did its work. */
    public static final long MIN_MILLIS = 200;
    /** More than this is never due. */
    public static final long MAX_MILLIS = 60_000;

    private final RandomGenerator random;
    private long dueMillis = MIN_MILLIS;

    /** With this chance. */
    public Pauses(RandomGenerator random) {
        this.random = random;
    }

    /** The connection has done its work: its loss is no reason to wait long. */
    public void reset() {
        dueMillis = MIN_MILLIS;
    }

    /** The relay does not want this device: to ask often changes nothing. */
    public void refused() {
        dueMillis = MAX_MILLIS;
    }

    /** How long to wait now, ms; what is due doubles. */
    public long next() {
        long due = dueMillis;
        dueMillis = Math.min(MAX_MILLIS, 2 * due);
        return due / 2 + random.nextLong(due);
    }
}
