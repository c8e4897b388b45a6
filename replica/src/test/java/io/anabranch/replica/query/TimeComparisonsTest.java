package io.anabranch.replica.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TimeComparisonsTest {

    private static Map<String, Set<String>> of(String condition) {
        return TimeComparisons.of(Condition.parse(condition), "call");
    }

    @Test
    void aFieldBesideAnInstantIsOne() {
        assertThat(of("due > :now - 90 DAYS")).isEqualTo(Map.of("call", Set.of("due")));
        assertThat(of(":today <= due AND seen = :now")).isEqualTo(Map.of("call", Set.of("due", "seen")));
        assertThat(of("due BETWEEN :week AND 9 OR NOT made IN (1, :year)"))
                .isEqualTo(Map.of("call", Set.of("due", "made")));
    }

    @Test
    void thoseOfSubQueriesAreOfTheirTypes() {
        assertThat(of("due > :now AND account IN (SELECT id FROM account WHERE seen < :month)"))
                .isEqualTo(Map.of("call", Set.of("due"), "account", Set.of("seen")));
    }

    @Test
    void otherFieldsAreNone() {
        assertThat(of("due > 5 AND name = 'x' AND day > DATE(:now)")).isEmpty();
    }
}
