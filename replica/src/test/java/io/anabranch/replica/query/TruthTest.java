package io.anabranch.replica.query;

import static io.anabranch.replica.query.Truth.FALSE;
import static io.anabranch.replica.query.Truth.TRUE;
import static io.anabranch.replica.query.Truth.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TruthTest {

    private static final Record RECORD = Records.of("a", edit -> edit.set("one", Value.of(1)));

    @ParameterizedTest
    @CsvSource({
        "TRUE, TRUE, TRUE, TRUE",
        "TRUE, UNKNOWN, UNKNOWN, TRUE",
        "TRUE, FALSE, FALSE, TRUE",
        "UNKNOWN, TRUE, UNKNOWN, TRUE",
        "UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN",
        "UNKNOWN, FALSE, FALSE, UNKNOWN",
        "FALSE, TRUE, FALSE, TRUE",
        "FALSE, UNKNOWN, FALSE, UNKNOWN",
        "FALSE, FALSE, FALSE, FALSE",
    })
    void conjunctionAndDisjunctionFollowTheTablesOfSql(Truth left, Truth right, Truth and, Truth or) {
        assertThat(left.and(right)).isEqualTo(and);
        assertThat(left.or(right)).isEqualTo(or);
        assertThat(truthOf(text(left) + " AND " + text(right))).isEqualTo(and);
        assertThat(truthOf(text(left) + " OR " + text(right))).isEqualTo(or);
    }

    @Test
    void negationLeavesTheUnknownUnknown() {
        assertThat(TRUE.not()).isEqualTo(FALSE);
        assertThat(FALSE.not()).isEqualTo(TRUE);
        assertThat(UNKNOWN.not()).isEqualTo(UNKNOWN);
        assertThat(truthOf("NOT missing = 1")).isEqualTo(UNKNOWN);
    }

    private static String text(Truth truth) {
        return switch (truth) {
            case TRUE -> "one = 1";
            case FALSE -> "one = 2";
            case UNKNOWN -> "missing = 1";
        };
    }

    /** Tells the three apart with what only shows TRUE. */
    private static Truth truthOf(String condition) {
        if (Query.parse(condition).matches(RECORD, Records.NOON)) {
            return TRUE;
        }
        return Query.parse("NOT (" + condition + ")").matches(RECORD, Records.NOON) ? FALSE : UNKNOWN;
    }
}
