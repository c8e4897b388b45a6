package io.anabranch.bench.simulation;

import org.jspecify.annotations.Nullable;

/**
 * How a run ended.
 *
 * @param seed what decided it
 * @param ticks how long it took, in simulated steps
 * @param commits saves acknowledged to users
 * @param accepted how many of them the relay has accepted
 * @param check which check failed, null if all held
 * @param message what it found, null if all held
 */
public record Outcome(
        long seed,
        long ticks,
        long commits,
        long accepted,
        @Nullable String check,
        @Nullable String message) {

    /** Whether a check failed. */
    public boolean isFailure() {
        return check != null;
    }
}
