package io.anabranch.bench.simulation;

/** One invariant, checked on one device at a moment between two steps. */
interface Check {

    /**
     * Checks it.
     *
     * @throws CheckFailure if it does not hold
     */
    void check(SimulatedDevice device);
}
