package io.anabranch.bench.simulation;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** What everything in a run shares: the seed's randomness, the time, the trace. */
final class World {

    private static final long START_MILLIS = 1_767_225_600_000L;
    private static final long TICK_MILLIS = 700;

    private final SplittableRandom random;
    private final Shape shape;
    private final Trace trace;
    private long tick;
    private boolean healed;

    World(long seed, Trace trace, boolean restores) {
        this.random = new SplittableRandom(seed);
        this.shape = Shape.of(random, restores);
        this.trace = trace;
    }

    Shape shape() {
        return shape;
    }

    RandomGenerator random() {
        return random;
    }

    long tick() {
        return tick;
    }

    void advance() {
        tick++;
    }

    long trueMillis() {
        return START_MILLIS + tick * TICK_MILLIS;
    }

    /** Nothing breaks any more. */
    void heal() {
        healed = true;
    }

    /** Things break again. */
    void hurt() {
        healed = false;
    }

    boolean isHealed() {
        return healed;
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** From 0 to before {@code bound}. */
    int pick(int bound) {
        return random.nextInt(bound);
    }

    <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    /** Whether anyone listens; for what is costly to say. */
    boolean isTraced() {
        return trace.isOn();
    }

    @FormatMethod
    void say(@FormatString String format, Object... details) {
        if (trace.isOn()) {
            trace.line(String.format("%5d  %s", tick, String.format(format, details)));
        }
    }
}
