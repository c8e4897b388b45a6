package io.anabranch.bench.simulation;

import java.util.function.LongSupplier;

/** A wall clock that is wrong by as much as it is told to be. */
final class SimulatedClock implements LongSupplier {

    private final World world;
    private long offsetMillis;

    SimulatedClock(World world, long offsetMillis) {
        this.world = world;
        this.offsetMillis = offsetMillis;
    }

    @Override
    public long getAsLong() {
        return world.trueMillis() + offsetMillis;
    }

    void jump(long byMillis) {
        offsetMillis += byMillis;
    }
}
