package io.anabranch.bench.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The invariants of DESIGN.md, section 10, in whole networks under faults. */
class ConvergenceSimulation {

    private static final long FIRST_SEED = 1;
    private static final int SEEDS = 300;
    private static final int RESTORING_SEEDS = 100;

    @Test
    void everyRunEndsQuietEqualAndRight() {
        List<Outcome> failures = LongStream.range(FIRST_SEED, FIRST_SEED + SEEDS)
                .parallel()
                .mapToObj(Simulation::run)
                .filter(Outcome::isFailure)
                .toList();
        assertThat(failures).as(replays(failures)).isEmpty();
    }

    @Test
    void everyRunEndsSoThoughTheRelayIsSetBackToBackups() {
        List<Outcome> failures = LongStream.range(FIRST_SEED, FIRST_SEED + RESTORING_SEEDS)
                .parallel()
                .mapToObj(seed -> Simulation.runRestoring(seed, line -> {}))
                .filter(Outcome::isFailure)
                .toList();
        assertThat(failures).as(replays(failures) + "with --restores").isEmpty();
    }

    @Test
    void theSameSeedIsTheSameRun() {
        for (long seed = 1; seed <= 20; seed++) {
            List<String> first = new ArrayList<>();
            List<String> second = new ArrayList<>();
            Outcome outcome = Simulation.run(seed, first::add);
            assertThat(Simulation.run(seed, second::add)).isEqualTo(outcome);
            assertThat(second).isEqualTo(first);
            assertThat(Simulation.run(seed)).isEqualTo(outcome);
        }
    }

    /**
     * Bugs that a seed has found, each with seeds that find it again when its fix is taken out. A change of what the simulation
     * draws makes them runs like any other: then look for new ones by taking the fix out.
     */
    @ParameterizedTest(name = "seed {0}: {1}")
    @CsvSource({
        "5, a write hidden by an own later one comes back when that one is rejected",
        "6, a write hidden by an own later one comes back when that one is rejected",
        "133, a rejected edit comes back when its deletion is confirmed",
        "165, a rejected edit comes back when its deletion is confirmed",
        "34, pages of one commit are taken in any order",
        "170, pages of one commit are taken in any order",
        "9, a patch that does not fit its record fails on writing it",
        "21, a field that has gone between two pages of a first filling stays on the device",
        "27, a field that has gone between two pages of a first filling stays on the device",
    })
    void theSeedThatFoundIt(long seed, String bug) {
        assertThat(Simulation.run(seed).message()).as(bug).isNull();
    }

    private static String replays(List<Outcome> failures) {
        return failures.stream()
                .map(failure -> "./anabranch bench simulate --seed " + failure.seed() + " --trace")
                .collect(Collectors.joining("\n", "replay with\n", "\n"));
    }
}
