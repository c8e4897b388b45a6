package io.anabranch.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Devices that meet each other while the relay is away: at any time each one's view is its base with all that is unconfirmed and that it may
 * read, whoever brought it and whatever was cut or crashed; in the end the relay has judged every commit, once.
 */
class PeersSimulation {

    private static final int SEEDS = 40;

    @Test
    void devicesThatMayHaveTheSameEndEqual() {
        run(false, 0.5);
    }

    @Test
    void whatOneMayNotHaveItCarriesSealed() {
        run(true, 0.3);
    }

    @Test
    void oneBringsHomeTheWorkOfAllAfterAWeekWithoutTheRelay() {
        List<String> failures = LongStream.range(1, SEEDS)
                .parallel()
                .mapToObj(seed -> failure(seed, () -> {
                    PeerRun run = new PeerRun(seed, seed % 2 == 0);
                    run.live(60, seed % 2 == 0, 0);
                    run.bringHome();
                    run.settle(seed % 2 == 0);
                }))
                .filter(failure -> !failure.isEmpty())
                .toList();
        assertThat(failures).isEmpty();
    }

    private static void run(boolean scoped, double relayChance) {
        List<String> failures = LongStream.range(1, SEEDS)
                .parallel()
                .mapToObj(seed -> failure(seed, () -> {
                    PeerRun run = new PeerRun(seed, scoped);
                    run.live(80, scoped, relayChance);
                    run.settle(scoped);
                }))
                .filter(failure -> !failure.isEmpty())
                .toList();
        assertThat(failures).isEmpty();
    }

    private static String failure(long seed, Runnable run) {
        try {
            run.run();
            return "";
        } catch (RuntimeException | AssertionError e) {
            StackTraceElement[] at = e.getStackTrace();
            return "seed " + seed + ": " + e + " at " + (at.length == 0 ? "" : at[0]);
        }
    }
}
