package io.anabranch.bench.simulation;

import io.anabranch.relay.session.PageLimits;
import io.anabranch.replica.wire.WireLimits;
import java.util.random.RandomGenerator;

/**
 * How large a run is and how often what happens, per tick. Drawn from the seed, so that over many seeds there are calm runs and
 * wild ones, and runs in which one fault has nothing else beside it.
 *
 * @param keys records that everyone writes to
 * @param saves a user saves
 * @param bulkRecords records of a bulk commit, 0 for none
 * @param delayTicksMax how long a message may take
 * @param window messages that a stream holds before its sender waits
 */
record Shape(
        int devices,
        int ticks,
        int keys,
        double saves,
        int bulkRecords,
        PageLimits pages,
        int delayTicksMax,
        int window,
        Rates rates) {

    /**
     * How often what breaks, per tick.
     *
     * @param adversary a stream duplicates, reorders or loses messages, or flips their bits
     * @param slow a stream becomes slow, or stuck for a while
     * @param relayRestore the relay is set back to its last backup; clocks are never ahead in such runs
     */
    record Rates(
            double cut,
            double offline,
            double adversary,
            double slow,
            double deviceCrash,
            double relayCrash,
            double clockJump,
            double forbidden,
            double relayRestore) {

        /** A stamp that was cut would be cut elsewhere the second time, and then no model can say which one counts. */
        private Rates restoring(double rate) {
            return new Rates(cut, offline, adversary, slow, deviceCrash, relayCrash, 0, forbidden, rate);
        }
    }

    /** Whether the relay is set back now and then. */
    boolean restores() {
        return rates.relayRestore > 0;
    }

    static Shape of(RandomGenerator random, boolean restores) {
        int size = random.nextInt(100);
        PageLimits pages = new PageLimits(
                random.nextInt(4) == 0 ? WireLimits.PATCHES_PER_PAGE_MAX : 1 + random.nextInt(6),
                random.nextBoolean() ? WireLimits.BATCH_SIZE_TARGET : 100 + random.nextInt(2_000));
        int devices = size < 70 ? 2 + random.nextInt(2) : 3 + random.nextInt(3);
        int ticks = size < 70 ? 80 + random.nextInt(220) : 200 + random.nextInt(size < 95 ? 400 : 1_000);
        int keys = size < 70 ? 1 + random.nextInt(6) : 3 + random.nextInt(size < 95 ? 20 : 100);
        return new Shape(
                devices,
                ticks,
                keys,
                0.05 + 0.4 * random.nextDouble(),
                size < 85 ? 0 : 20 + random.nextInt(size < 95 ? 100 : 400),
                pages,
                random.nextInt(12),
                1 + random.nextInt(4),
                rates(random, restores));
    }

    private static Rates rates(RandomGenerator random, boolean restores) {
        Rates rates = new Rates(
                rate(random, 0.04),
                rate(random, 0.02),
                rate(random, 0.08),
                rate(random, 0.02),
                rate(random, 0.03),
                rate(random, 0.02),
                rate(random, 0.02),
                rate(random, 0.3),
                0);
        return restores ? rates.restoring(0.002 + 0.03 * random.nextDouble()) : rates;
    }

    private static double rate(RandomGenerator random, double max) {
        return random.nextInt(3) == 0 ? 0 : max * random.nextDouble();
    }
}
