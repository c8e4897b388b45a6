package io.anabranch.bench.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Scopes, schema and verdicts in whole networks under faults: the invariants 1, 2, 4 and 7 of DESIGN.md, section 10. */
class ScopedSimulation {

    private static final long FIRST_SEED = Long.getLong("seed", 1);
    private static final int SEEDS = Integer.getInteger("seeds", 100);

    @Test
    void everyDeviceHoldsJustItsScope() {
        List<Outcome> failures = LongStream.range(FIRST_SEED, FIRST_SEED + SEEDS)
                .parallel()
                .mapToObj(ScopedRun::run)
                .filter(Outcome::isFailure)
                .toList();
        assertThat(failures).as(replays(failures)).isEmpty();
    }

    @Test
    void theSameSeedIsTheSameRun() {
        for (long seed = 1; seed <= 3; seed++) {
            List<String> first = new ArrayList<>();
            List<String> second = new ArrayList<>();
            Outcome outcome = ScopedRun.run(seed, first::add);
            assertThat(ScopedRun.run(seed, second::add)).isEqualTo(outcome);
            assertThat(second).isEqualTo(first);
        }
    }

    private static String replays(List<Outcome> failures) {
        return failures.stream()
                .map(failure -> "mvn test -pl bench -am -Dtest=ScopedSimulation -Dsurefire.failIfNoSpecifiedTests=false"
                        + " -DargLine='-Dseed=" + failure.seed() + " -Dseeds=1'")
                .collect(Collectors.joining("\n", "replay with\n", "\n"));
    }
}
