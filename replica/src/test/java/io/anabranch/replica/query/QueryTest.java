package io.anabranch.replica.query;

import static io.anabranch.replica.query.Records.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.Value;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {

    private static final Record CLINIC = Records.of(
            "a1",
            edit -> edit.set("name", Value.of("Harbour Clinic"))
                    .set("territory", Value.of("West"))
                    .set("score", Value.of(2.5))
                    .set("open", Value.of(true))
                    .set("logo", Value.of(new byte[] {1}))
                    .set("order", Value.of("first"))
                    .set("Straße 😀", Value.of("x"))
                    .set("id", Value.of("field"))
                    .increment("visits", 3)
                    .add("topics", Value.of("pricing"))
                    .add("topics", Value.of("samples"))
                    .setMulti("owner", Value.of("ann"))
                    .enable("vip"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " \n ",
                "territory = 'West' AND visits >= 2",
                "name LIKE 'Harb%' and name like '%_linic'",
                "name NOT LIKE 'harb%'",
                "score > 2 AND score < 3 AND score = 2.5 AND score <> 2",
                "score BETWEEN 2.5 AND 2.5 AND visits NOT BETWEEN -1 AND +2",
                "visits IN (1, 2, 3) AND territory NOT IN ('East', 'North')",
                "open = TRUE AND NOT open = false AND open != FALSE",
                "vip = TRUE AND vip IS NOT NULL AND missing IS NULL",
                "topics = 'pricing' AND topics = 'samples' AND NOT topics = 'price'",
                "topics IN ('x', 'samples')",
                "owner = 'ann'",
                "id = 'a1' AND \"id\" = 'field'",
                "(((territory = 'East'))) OR (visits = 3)",
                "\"Straße 😀\" = 'x'",
                "straße IS NULL AND case IS NULL AND select IS NULL AND date IS NULL AND value IS NULL AND real IS NULL",
                "limit IS NULL AND offset IS NULL AND by IS NULL AND asc IS NULL AND desc IS NULL ORDER BY asc desc, limit asc",
                "order = 'first' ORDER BY order",
                "visits = 3 -- as of May\n /* or later */",
                "visits < 99999999999999999999999 AND visits > -1e300",
                "name <> 'it''s'",
            })
    void aRecordMatchesWhatIsTrueOfIt(String text) {
        assertThat(Query.parse(text).matches(CLINIC, NOON)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "territory = 'West' AND visits > 3",
                "missing = 1",
                "missing <> 1",
                "NOT missing = 1",
                "missing NOT IN (1)",
                "Territory = 'West'",
                "name = 5",
                "name <> 5",
                "logo = 'x'",
                "logo IS NULL",
                "visits LIKE '3'",
                "topics <> 'pricing'",
                "name LIKE 'Harbour_'",
            })
    void aRecordDoesNotMatchWhatIsFalseOrUnknown(String text) {
        assertThat(Query.parse(text).matches(CLINIC, NOON)).isFalse();
    }

    @Test
    void aDeletedRecordMatchesNothing() {
        Record deleted =
                Records.of("a2", edit -> edit.set("name", Value.of("x")).delete());
        assertThat(Query.parse("").matches(deleted, NOON)).isFalse();
    }

    @Test
    void wholeAndFloatingPointNumbersCompareExactly() {
        long odd = (1L << 53) + 1;
        Record record = Records.of(
                "n",
                edit -> edit.set("whole", Value.of(odd))
                        .set("max", Value.of(Long.MAX_VALUE))
                        .set("min", Value.of(Long.MIN_VALUE))
                        .set("real", Value.of(0x1p53))
                        .set("zero", Value.of(-0.0))
                        .set("nan", Value.of(Double.NaN)));
        assertThat(matching(record, "whole = 9007199254740992e0", "whole > 9007199254740992e0", "real < " + odd))
                .containsExactly("whole > 9007199254740992e0", "real < " + odd);
        assertThat(matching(
                        record, "max = 9223372036854775808", "max < 9223372036854775808", "min = -9223372036854775808"))
                .containsExactly("max < 9223372036854775808", "min = -9223372036854775808");
        assertThat(matching(
                        record,
                        "zero = 0",
                        "zero = 0.0",
                        "nan > 1e308",
                        "nan = 1",
                        "min < -9.3e18",
                        "min = -9223372036854775808.0"))
                .containsExactly("zero = 0", "zero = 0.0", "nan > 1e308", "min = -9223372036854775808.0");
    }

    @Test
    void orderIsByFieldsThenByKeyWithNullFirst() {
        List<Record> records = List.of(
                Records.of("1", edit -> edit.set("n", Value.of(10)).set("t", Value.of("b"))),
                Records.of("2", edit -> edit.set("n", Value.of(9.5)).set("t", Value.of("b"))),
                Records.of("3", edit -> edit.set("n", Value.of(10)).set("t", Value.of("a"))),
                Records.of("4", edit -> edit.create()),
                Records.of("5", edit -> edit.set("n", Value.of(10)).set("t", Value.of("b"))));
        assertThat(ordered(records, "ORDER BY n, t DESC")).containsExactly("4", "2", "1", "5", "3");
        assertThat(ordered(records, "order by n desc, id desc")).containsExactly("5", "3", "1", "2", "4");
        assertThat(ordered(records, "n > 1")).containsExactly("1", "2", "3", "5");
    }

    @Test
    void limitAndOffsetAreRead() {
        Query query = Query.parse("ORDER BY name LIMIT 20 OFFSET 40");
        assertThat(query.limit()).hasValue(20);
        assertThat(query.offset()).isEqualTo(40);
        assertThat(query.isOrdered()).isTrue();
        assertThat(Query.parse("LIMIT 0").limit()).hasValue(0);
        assertThat(Query.parse("limit = 1").limit()).isEmpty();
        assertThat(Query.parse("a = 1").isOrdered()).isFalse();
    }

    @Test
    void aContinuationIsOfItsQueryOnly() {
        Query query = Query.parse("ORDER BY name, logo, open DESC, score, missing LIMIT 2");
        String continuation = query.continuation(CLINIC);
        assertThat(query.after(continuation).matches(CLINIC, NOON)).isFalse();
        assertThat(query.after(continuation).offset()).isZero();
        for (String other : List.of(
                "",
                "?",
                "AAAA",
                continuation.substring(4),
                continuation + "AAAA",
                continuation.substring(0, continuation.length() - 4))) {
            assertThatExceptionOfType(QueryException.class)
                    .isThrownBy(() -> query.after(other))
                    .withMessageStartingWith("the continuation is not of this query");
        }
        assertThatExceptionOfType(QueryException.class)
                .isThrownBy(() -> Query.parse("ORDER BY name").after(continuation));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a = | 1 | 4",
                "a = 1 AND | 1 | 10",
                "a = 1 b | 1 | 7",
                "a == 1 | 1 | 4",
                "a = 'x | 1 | 4",
                "a = f(x) | 1 | 5",
                "f(a) = 1 | 1 | 1",
                "active | 1 | 1",
                "a = NULL | 1 | 5",
                "a IN (1, NULL) | 1 | 10",
                "a IN 'x' | 1 | 1",
                "a IN () | 1 | 1",
                "a = :user | 1 | 6",
                "a = :user.1x | 1 | 6",
                "a = :user. | 1 | 11",
                "a = :user . x | 1 | 6",
                "a = : user.x | 1 | 5",
                "a = :admin.x | 1 | 6",
                "a > :now - 5 FORTNIGHTS | 1 | 14",
                "a > :now - 2000000 DAYS | 1 | 12",
                "a > ABS(:now - b) | 1 | 1",
                "a > :now * 2 | 1 | 1",
                ":now > :today | 1 | 1",
                ":now IN (SELECT a FROM b) | 1 | 1",
                "a = b AND c | 1 | 11",
                "a = (b, c) | 1 | 5",
                "a = LOWER() | 1 | 5",
                "a = LOWER(b, c) | 1 | 5",
                "a = LOWER(DISTINCT b) | 1 | 20",
                "a = COUNT(*) | 1 | 5",
                "a = -b | 1 | 5",
                "a = 1 + NULL | 1 | 9",
                "a IN (SELECT b, c FROM d) | 1 | 15",
                "a IN (SELECT * FROM d) | 1 | 14",
                "a IN (SELECT b FROM d ORDER BY b) | 1 | 23",
                "a IN (SELECT b FROM d e WHERE f = 1) | 1 | 23",
                "a IN (SELECT b FROM d, e) | 1 | 22",
                "a IN (SELECT b FROM d WHERE f) | 1 | 29",
                "a IN (SELECT b FROM d WHERE) | 1 | 23",
                "a IN (SELECT b FROM d WHERE f = 1 GROUP BY b) | 1 | 35",
                "a IN (SELECT b FROM d WHERE f = 1 LIMIT 1) | 1 | 35",
                "a IN (SELECT b FROM (SELECT c FROM d)) | 1 | 21",
                "a IN (SELECT :user.x FROM d) | 1 | 14",
                "a IN (SELECT b FROM d WHERE f = 1 ORDER BY b) | 1 | 35",
                "(a = 1 LIMIT 1) | 1 | 8",
                "a = (SELECT b FROM d) | 1 | 13",
                "a LIKE 'x' ESCAPE 'xy' | 1 | 1",
                "a = ? | 1 | 5",
                "a.b = 1 | 1 | 2",
                "a = - - 1 | 1 | 7",
                "a = 0x1F | 1 | 5",
                "a = 'x' 'y' | 1 | 9",
                "a = N'x' | 1 | 5",
                "a = 1e999 | 1 | 5",
                "a IS TRUE | 1 | 1",
                "a IS DISTINCT FROM 1 | 1 | 3",
                "a ISNULL | 1 | 3",
                "a LIKE 5 | 1 | 8",
                "a ILIKE 'x' | 1 | 3",
                "a LIKE BINARY 'x' | 1 | 15",
                "a RLIKE 'x' | 1 | 3",
                "a BETWEEN SYMMETRIC 2 AND 1 | 1 | 21",
                "a = DATE '2020-01-01' | 1 | 10",
                "a = 1 COLLATE x | 1 | 7",
                "a = 1 XOR b = 2 | 1 | 7",
                "a(+) = 1 | 1 | 3",
                "(a = 1, b = 2) | 1 | 1",
                "(a, b) = (1, 2) | 1 | 1",
                "a = ALL (1) | 1 | 5",
                "EXISTS (SELECT 1) | 1 | 16",
                "CASE WHEN a = 1 THEN TRUE END | 1 | 6",
                "! a = 1 | 1 | 1",
                "a = 1 && b = 2 | 1 | 7",
                "`a` = 1 | 1 | 1",
                "[a] = 1 | 1 | 1",
                "\"\" = 1 | 1 | 1",
                "a = 1; DROP TABLE b | 1 | 6",
                "a = 1 UNION SELECT 2 | 1 | 7",
                "a = 1) | 1 | 6",
                "ORDER BY | 1 | 9",
                "ORDER BY 1 | 1 | 10",
                "ORDER BY a NULLS FIRST | 1 | 12",
                "ORDER BY f(x) | 1 | 11",
                "LIMIT -1 | 1 | 1",
                "LIMIT 99999999999999999999 | 1 | 7",
                "LIMIT 5, 6 | 1 | 8",
                "a = 1 LIMIT ALL | 1 | 13",
                "OFFSET 3 | 1 | 8",
                "LIMIT 1 ORDER BY a | 1 | 9",
                "ORDER BY a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a | 1 | 42",
            })
    void whatIsOutsideTheLanguageIsRefusedWithItsPlace(String text, int line, int column) {
        assertThatExceptionOfType(QueryException.class)
                .isThrownBy(() -> Query.parse(text))
                .satisfies(e -> assertThat(e.line() + ":" + e.column() + " " + e.getMessage())
                        .startsWith(line + ":" + column + " "))
                .satisfies(e -> assertThat(e.hint()).isNotBlank());
    }

    @Test
    void theMessageSaysWhatWhereAndWhatToDo() {
        assertThatExceptionOfType(QueryException.class)
                .isThrownBy(() -> Query.parse("a = 1 AND\n  b = now()"))
                .withMessage("the query uses what is not supported {at=\"now()\", line=2, column=7}; "
                        + "there is no such function; there are ABS, COALESCE, CONCAT, DATE, DAY, LEFT, LENGTH, LOWER, MILLIS, "
                        + "MONTH, RIGHT, ROUND, SUBSTRING, TRIM, UPPER, YEAR");
    }

    @Test
    void lengthAndDepthAreLimited() {
        String longest = "a = '" + "x".repeat(QueryTokens.LENGTH_MAX - 6) + "'";
        assertThat(Query.parse(longest).matches(CLINIC, NOON)).isFalse();
        assertThatExceptionOfType(QueryException.class)
                .isThrownBy(() -> Query.parse(longest + " "))
                .withMessageStartingWith("the query is too long");
        assertThat(Query.parse(nested("(", QueryTokens.DEPTH_MAX, ")")).matches(CLINIC, NOON))
                .isTrue();
        assertThat(Query.parse("NOT ".repeat(QueryTokens.DEPTH_MAX) + "visits = 3")
                        .matches(CLINIC, NOON))
                .isTrue();
        for (String text : List.of(
                nested("(", QueryTokens.DEPTH_MAX + 1, ")"),
                nested("NOT (", QueryTokens.DEPTH_MAX / 2 + 1, ")"),
                nested("NOT ".repeat(10) + "(a = 1 AND ", 6, ")"),
                "NOT ".repeat(2_000) + "a = 1",
                "(".repeat(5_000))) {
            assertThatExceptionOfType(QueryException.class)
                    .isThrownBy(() -> Query.parse(text))
                    .withMessageStartingWith("the query is nested too deep");
        }
    }

    @Test
    void longChainsAreNotDeep() {
        String or = Stream.generate(() -> "a=1")
                .limit(1_100)
                .reduce((left, right) -> left + " OR " + right)
                .orElseThrow();
        assertThat(Query.parse(or + " OR visits=3").matches(CLINIC, NOON)).isTrue();
    }

    @Test
    void theDeepestQueryFitsASmallStack() throws InterruptedException {
        Throwable[] failure = new Throwable[1];
        Thread thread = new Thread(
                null,
                () -> Query.parse(nested("NOT (a = 1 AND ", QueryTokens.DEPTH_MAX / 2, ")")),
                "small stack",
                512 << 10);
        thread.setUncaughtExceptionHandler((where, thrown) -> failure[0] = thrown);
        thread.start();
        thread.join();
        assertThat(failure[0]).isNull();
    }

    @Test
    void deepOperandsAndSubQueriesFitASmallStack() throws InterruptedException {
        for (String text : List.of(
                "LOWER(".repeat(QueryTokens.DEPTH_MAX) + "a" + ")".repeat(QueryTokens.DEPTH_MAX) + " = 'x'",
                "(1 + ".repeat(QueryTokens.DEPTH_MAX / 2) + "a" + ")".repeat(QueryTokens.DEPTH_MAX / 2) + " = 1",
                "1 = a" + " + a".repeat(QueryTokens.DEPTH_MAX),
                "a IN (SELECT b FROM c WHERE ".repeat(5) + nested("NOT (a = 1 AND ", 20, ")") + ")".repeat(5))) {
            Throwable[] failure = new Throwable[1];
            Thread thread = new Thread(null, () -> Query.parse(text).matches(CLINIC, NOON), "small stack", 512 << 10);
            thread.setUncaughtExceptionHandler((where, thrown) -> failure[0] = thrown);
            thread.start();
            thread.join();
            assertThat(failure[0]).as(text).isNull();
        }
        assertThatExceptionOfType(QueryException.class)
                .isThrownBy(() -> Query.parse("1 = a" + " + a".repeat(QueryTokens.DEPTH_MAX + 1)))
                .withMessageStartingWith("the query is nested too deep");
    }

    @Test
    void parsingStartsNoThread() {
        Query.parse("a = 1");
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        Query.parse("a = 2 AND b IN ('x') ORDER BY c");
        assertThat(before).containsAll(Thread.getAllStackTraces().keySet());
    }

    private static String nested(String open, int depth, String close) {
        return open.repeat(depth) + "visits = 3" + close.repeat(depth);
    }

    private static List<String> matching(Record record, String... texts) {
        return Stream.of(texts)
                .filter(text -> Query.parse(text).matches(record, NOON))
                .toList();
    }

    private static List<String> ordered(List<Record> records, String text) {
        Query query = Query.parse(text);
        return records.stream()
                .filter(record -> query.matches(record, NOON))
                .sorted(query.order())
                .map(record -> record.key().id())
                .toList();
    }
}
