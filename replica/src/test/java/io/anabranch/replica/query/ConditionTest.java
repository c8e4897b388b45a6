package io.anabranch.replica.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.Value;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionTest {

    private static final Record CALL = Records.of(
            "c1",
            edit -> edit.set("subject", Value.of("Price list"))
                    .set("account", Value.of("a1"))
                    .set("started", Value.of(millis("2026-03-01T08:00:00Z")))
                    .set("ended", Value.of(millis("2026-03-01T09:30:00Z")))
                    .set("due", Value.of("2026-03-31"))
                    .set("amount", Value.of(12.345))
                    .set("units", Value.of(7))
                    .set("logo", Value.of(new byte[] {1}))
                    .add("tags", Value.of("North"))
                    .add("tags", Value.of("south")));

    private static final World WORLD = new World(
            millis("2026-03-31T22:30:00Z"),
            Map.of(
                    "user.id", List.of(Value.of("ann")),
                    "user.tags", List.of(Value.of("south"), Value.of("west")),
                    "user.limit", List.of(Value.of(7.0)),
                    "user.prefix", List.of(Value.of("Pri")),
                    "device.kind", List.of(Value.of("tablet"))),
            Map.of(
                    "account",
                    List.of(
                            Records.of(
                                    "a1",
                                    edit -> edit.set("office", Value.of("o1")).set("level", Value.of(3))),
                            Records.of("a2", edit -> edit.set("office", Value.of("o2"))),
                            Records.of(
                                    "a3",
                                    edit -> edit.set("office", Value.of("o3")).delete())),
                    "office",
                    List.of(Records.of(
                            "o1",
                            edit -> edit.add("tags", Value.of("west"))
                                    .set("opened", Value.of(millis("2026-03-30T00:00:00Z")))))));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "units = :user.limit AND :user.limit = units",
                "tags = :user.tags AND tags IN (:user.tags) AND tags IN :user.tags",
                "'North' IN tags AND NOT 'north' IN tags AND 'north' IN (LOWER(tags), 'x')",
                ":device.kind = 'tablet' AND :user.id IN ('bob', 'ann')",
                "subject LIKE :user.prefix || '%' AND subject LIKE CONCAT(:user.prefix, '%')",
                "subject LIKE 'Price!_list' ESCAPE '!' OR subject LIKE 'Price_list'",
                "NOT subject LIKE 'Price!_list' ESCAPE '!'",
                "started < ended AND ended - started = 90 * 60 * 1000",
                "ended - started BETWEEN 60 * 60000 AND 2 * 60 * 60000",
                "account IN (SELECT id FROM account WHERE level > 2)",
                "account IN (SELECT id FROM account WHERE office IN (SELECT id FROM office WHERE tags IN (:user.tags)))",
                "account NOT IN (SELECT id FROM account WHERE level < 3)",
                "'o2' IN (SELECT office FROM account) AND 'o3' NOT IN (SELECT office FROM account)",
                "account IN (SELECT id FROM account WHERE office IN (SELECT id FROM office WHERE opened > :week))",
                "TRUE AND NOT FALSE AND (NULL OR TRUE)",
                "LOWER(subject) = 'price list' AND UPPER('ä') = 'Ä' AND LENGTH(subject) = 10 AND LENGTH('😀') = 1",
                "TRIM('  x ') = 'x' AND LEFT(subject, 5) = 'Price' AND RIGHT(subject, 4) = 'list'",
                "SUBSTRING(subject, 7) = 'list' AND SUBSTRING(subject, 7, 2) = 'li' AND SUBSTRING(subject, -1, 3) = 'P'",
                "LEFT(subject, -1) = '' AND RIGHT(subject, 99) = subject AND SUBSTRING('a😀b', 2, 1) = '😀'",
                "COALESCE(missing, units) = 7 AND COALESCE(missing, tags, 'x') = 'south' AND COALESCE(missing) IS NULL",
                "units || '-' || amount || TRUE = '7-12.345true' AND logo || 'x' IS NULL AND missing || 'x' IS NULL",
                "ABS(-3) = 3 AND ABS(2 - 4.5) = 2.5 AND ROUND(2.5) = 3 AND ROUND(-2.5) = -3 AND ROUND(amount, 1) = 12.3",
                "ROUND(1250, -2) = 1300 AND ROUND(7) = 7 AND ROUND(amount, 99) IS NULL",
                "7 / 2 = 3 AND -7 / 2 = -3 AND 7 / 2.0 = 3.5 AND units / 0 IS NULL AND 1.5 / 0 IS NULL",
                "9223372036854775807 + 1 IS NULL AND 9223372036854775807 + 1.0 > 0 AND subject + 1 IS NULL",
                "2 + 3 * 4 = 14 AND (2 + 3) * 4 = 20 AND 10 - 4 - 3 = 3 AND 10 - (4 - 3) = 9 AND 8 / 4 / 2 = 1",
                "DATE(started) = '2026-03-01' AND YEAR(due) = 2026 AND MONTH(due) = 3 AND DAY(due) = 31",
                "DATE('2026-02-30') IS NULL AND DATE('2026-02-28T10:00') = '2026-02-28' AND DATE('2026-02-289') IS NULL",
                "DATE(9e18) IS NULL AND DATE(-1) = '1970-01-01' AND YEAR('soon') IS NULL",
                "MILLIS('1970-01-01T00:00:01Z') = 1000 AND MILLIS('1970-01-01') = -3600000 AND MILLIS(1.9) = 1",
                "due <= DATE(:today) AND DATE(:now) = '2026-04-01' AND DAY(:now) = 1",
                ":now - 90 DAYS < started AND :now - 30 day > started AND started > :now-4WEEKS - 3 * 86400000",
                ":now - 1 HOUR = MILLIS('2026-03-31T21:30:00Z') AND :now + 90 MINUTES = MILLIS('2026-04-01T00:00:00Z')",
                ":today = MILLIS('2026-03-31T22:00:00Z') AND :today - 3 DAYS = MILLIS('2026-03-28T23:00:00Z')",
                ":week = MILLIS('2026-03-30') AND :month = MILLIS('2026-04-01') AND :year = MILLIS('2026-01-01')",
                ":month - 1 MONTH = MILLIS('2026-03-01') AND :year + 1 YEARS = MILLIS('2027-01-01')",
                ":now - 1 MONTHS = MILLIS('2026-02-28T23:59:59.999Z')",
                "select IS NULL AND from IS NULL AND where IS NULL AND escape IS NULL"
            })
    void holds(String text) {
        assertThat(Condition.parse(text).of(CALL, WORLD)).isEqualTo(Truth.TRUE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "units = :user.missing",
                "units IN (:user.missing, 8)",
                "NOT units IN (:user.missing)",
                "units = :user.id",
                "missing IN (SELECT id FROM account)",
                "missing NOT IN (SELECT id FROM account)",
                "missing = missing",
                "units BETWEEN 7 AND missing",
                "subject LIKE missing",
                "units LIKE '7'",
                "NULL",
                "NULL AND TRUE",
                "missing + 1 = 1",
            })
    void isUnknown(String text) {
        assertThat(Condition.parse(text).of(CALL, WORLD)).isEqualTo(Truth.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '→',
            quoteCharacter = '`',
            value = {
                "a=1 and(b<>2)or not(c!='x')→a = 1 AND b <> 2 OR NOT c <> 'x'",
                "(a = 1 AND b = 2) AND (c = 3 OR d = 4)→a = 1 AND b = 2 AND (c = 3 OR d = 4)",
                "not (a in (1,2))→a NOT IN (1, 2)",
                "a in :user.x→a IN (:user.x)",
                "A > :NOW-90day→A > :now - 90 DAYS",
                "a > :today - 0 hours→a > :today",
                "a > :now - 5→a > :now - 5",
                "a||'x'||b = 'y'→CONCAT(a, 'x', b) = 'y'",
                "a - (b - c) - -1 = (d)→a - (b - c) - -1 = d",
                "(a + b) * c / (d * e) = 1e3→(a + b) * c / (d * e) = 1000.0",
                "\"order\" = 1 and \"id\" = id→\"order\" = 1 AND \"id\" = id",
                "a in (select b from \"my type\")→a IN (SELECT b FROM \"my type\")",
                "a not in (select id from c where d is not null)→a NOT IN (SELECT id FROM c WHERE d IS NOT NULL)",
                "lower(a) not like 'x%' escape '!'→LOWER(a) NOT LIKE 'x%' ESCAPE '!'",
                "a not between 1 and 2→a NOT BETWEEN 1 AND 2",
                "not not a = 1→NOT a <> 1",
                "null or true→NULL OR TRUE",
            })
    void hasOneText(String text, String canonical) {
        Condition condition = Condition.parse(text);
        assertThat(condition.text()).isEqualTo(canonical);
        assertThat(Condition.parse(canonical)).isEqualTo(condition);
    }

    @Test
    void mentionsWhatItSpeaksOf() {
        Mentions mentions = Mentions.of(Condition.parse(
                "territory = :user.t AND LOWER(name) LIKE 'x%' AND account IN (SELECT id FROM account WHERE office IN "
                        + "(SELECT office FROM visit WHERE day > :now - 1 DAY AND owner = :user.id))"));
        assertThat(mentions.stored()).map(Operand::text).containsExactlyInAnyOrder("territory", "name", "account");
        assertThat(mentions.parameters()).map(Operand::text).containsExactlyInAnyOrder(":user.t", ":user.id");
        assertThat(mentions.selected().keySet()).containsExactlyInAnyOrder("account", "visit");
        assertThat(mentions.selected().get("visit"))
                .map(Operand::text)
                .containsExactlyInAnyOrder("office", "day", "owner");
        assertThat(mentions.time()).isTrue();
        assertThat(Mentions.of(Condition.parse("a = 1")).time()).isFalse();
    }

    @Test
    void subQueriesNestFiveLevels() {
        String five = "a IN (SELECT b FROM c WHERE ".repeat(5) + "a = 1" + ")".repeat(5);
        assertThat(Condition.parse(five).text()).isEqualTo(five);
        assertThat(Condition.parse(five + " AND " + five).of(CALL, WORLD)).isEqualTo(Truth.UNKNOWN);
        assertThatExceptionOfType(QueryException.class)
                .isThrownBy(() -> Condition.parse("a IN (SELECT b FROM c WHERE " + five + ")"))
                .withMessageContaining("nest at most 5 sub-queries");
    }

    @Test
    void aListHasAThousandOptionsAtMost() {
        String thousand = "a IN (" + "1, ".repeat(999) + "1";
        assertThat(Condition.parse(thousand + ")").of(CALL, WORLD)).isEqualTo(Truth.UNKNOWN);
        assertThatExceptionOfType(QueryException.class)
                .isThrownBy(() -> Condition.parse(thousand + ", 1)"))
                .satisfies(e -> assertThat(e.column()).isEqualTo(thousand.length() + 3));
    }

    @Test
    void combinationsOfManyValuesAreLimited() {
        Record record = Records.of("x", edit -> {
            for (int i = 0; i < 101; i++) {
                edit.add("a", Value.of(i)).add("b", Value.of(i));
            }
        });
        assertThat(Condition.parse("a + 1 = 101").of(record, WORLD)).isEqualTo(Truth.TRUE);
        assertThat(Condition.parse("a + b IS NULL").of(record, WORLD)).isEqualTo(Truth.TRUE);
    }

    private static long millis(String instant) {
        return Instant.parse(instant).toEpochMilli();
    }

    /** Some users and records, in Amsterdam. */
    private record World(long nowMillis, Map<String, List<Value>> attributes, Map<String, List<Record>> types)
            implements Circumstances {
        @Override
        public List<Value> parameter(Operand.Parameter parameter) {
            return attributes.getOrDefault(parameter.text().substring(1), List.of());
        }

        @Override
        public ZoneId zone() {
            return ZoneId.of("Europe/Amsterdam");
        }

        @Override
        public Iterable<Record> records(String type, Operand.Stored selected, @Nullable Value value) {
            return types.getOrDefault(type, List.of());
        }
    }
}
