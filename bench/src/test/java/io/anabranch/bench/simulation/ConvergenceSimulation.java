package io.anabranch.bench.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The invariants of DESIGN.md, section 10, in whole networks under faults. */
class ConvergenceSimulation {

    private static final long FIRST_SEED = 1;
    private static final int SEEDS = 300;

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

    private static String replays(List<Outcome> failures) {
        return failures.stream()
                .map(failure -> "./anabranch bench simulate --seed " + failure.seed() + " --trace")
                .collect(Collectors.joining("\n", "replay with\n", "\n"));
    }
}
