package io.anabranch.replica.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.Value;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Random queries over random records find what the H2 database finds, in its order; random text never does harm. */
class QueryLaws {

    private static final String URL = "jdbc:h2:mem:laws;DB_CLOSE_DELAY=-1";
    private static final int ROWS = 12;
    private static final long ODD = (1L << 53) + 1;
    private static final long[] WHOLES = {0, 1, 2, -1, 10, ODD, Long.MAX_VALUE, Long.MIN_VALUE};
    private static final double[] REALS = {0, 1, 2, 0.5, -0.25, 1.5, 10.0, 0x1p53, 1e300};
    private static final String[] TEXTS = {"", "a", "ab", "abc", "b", "A", "a%", "a_c", "it's", "é", "aé", "zzz"};
    private static final String[] PATTERNS = {"%", "a%", "_", "__", "%b%", "a_", "%%c", "", "_%_", "é", "%s", "a%c"};
    private static final String[] WORDS = {
        "a",
        "id",
        "\"q\"",
        "AND",
        "OR",
        "NOT",
        "IN",
        ":now",
        ":user.x",
        "90 DAYS",
        "LOWER(",
        "IN (SELECT a FROM b WHERE",
        "SELECT",
        "FROM",
        "WHERE",
        "||",
        "*",
        "/",
        ":",
        "IS",
        "NULL",
        "BETWEEN",
        "LIKE",
        "TRUE",
        "FALSE",
        "ORDER",
        "BY",
        "ASC",
        "DESC",
        "LIMIT",
        "OFFSET",
        "(",
        ")",
        ",",
        "=",
        "<>",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "-",
        "+",
        "1",
        "2.5",
        "'x'",
        "'it''s'",
        "CAST",
        "INTERVAL",
        "DATE",
        "ESCAPE",
        "XOR",
        "PRIOR",
        "NEXT",
        "VALUE",
        "FOR",
        "ROW",
        "ARRAY",
        "COLLATE",
        "OVER",
        "AT",
        "TIME",
        "ZONE",
        "SIMILAR",
        "TO",
        "USING",
        "BINARY",
        "UNIQUE",
        "MEMBER",
        "OF",
        "ISNULL",
        "GLOBAL",
        "FUNCTION",
        "IF",
        "EXTRACT",
        "TRIM",
        "CONVERT",
        "TRY_CAST",
        "CONNECT_BY_ROOT",
        "DISTINCT",
        "UNION",
        "VALUES",
        "ELSE",
        "END",
        "WHEN",
        "THEN",
    };

    @Property(tries = 1_500)
    void aQueryFindsWhatADatabaseFinds(@ForAll long seed) throws SQLException {
        Random random = new Random(seed);
        try (Connection connection = DriverManager.getConnection(URL)) {
            List<Record> records = fill(connection, random);
            String text = new Generator(random).query();
            Query query = Query.parse(text);
            List<String> found = records.stream()
                    .filter(record -> query.matches(record, Records.NOON))
                    .sorted(query.order())
                    .skip(query.offset())
                    .limit(query.limit().orElse(Long.MAX_VALUE))
                    .map(record -> record.key().id())
                    .toList();
            assertThat(found).as(text).isEqualTo(select(connection, text));
        }
    }

    @Property(tries = 500)
    void pagesPutTogetherAreTheWhole(@ForAll long seed) {
        Random random = new Random(seed);
        RandomWorld world = RandomWorld.of(random);
        Query query = Query.parse(new RandomConditions(random).condition(1).text() + " ORDER BY "
                + new Generator(random).terms() + " LIMIT " + (1 + random.nextInt(3)));
        List<Record> records = world.records("account");
        List<Record> whole = records.stream()
                .filter(record -> query.matches(record, world))
                .sorted(query.order())
                .toList();
        List<Record> paged = new ArrayList<>();
        Query page = query;
        for (int pages = 0; paged.size() < whole.size() && pages <= whole.size(); pages++) {
            Query current = page;
            records.stream()
                    .filter(record -> current.matches(record, world))
                    .sorted(query.order())
                    .limit(query.limit().orElseThrow())
                    .forEach(paged::add);
            page = query.after(query.continuation(paged.get(paged.size() - 1)));
        }
        assertThat(paged).isEqualTo(whole);
        Query end = page;
        assertThat(records).noneMatch(record -> paged.contains(record) && end.matches(record, world));
    }

    @Property(tries = 10_000)
    void randomTextIsReadOrRefused(@ForAll String text) {
        parse(text);
    }

    @Property(tries = 10_000)
    void randomWordsAreReadOrRefused(@ForAll long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        for (int words = random.nextInt(random.nextInt(20) == 0 ? 2_000 : 15); words >= 0; words--) {
            text.append(WORDS[random.nextInt(random.nextBoolean() ? 47 : WORDS.length)])
                    .append(' ');
        }
        parse(text.toString());
    }

    @Property(tries = 3_000)
    void aDamagedQueryIsReadOrRefused(@ForAll long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder(new Generator(random).query());
        for (int damage = random.nextInt(4); damage >= 0; damage--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(3)) {
                case 0 -> text.deleteCharAt(at).append(' ');
                case 1 -> text.insert(at, (char) random.nextInt(0x180));
                default -> text.insert(at, WORDS[random.nextInt(WORDS.length)]);
            }
        }
        parse(text.toString());
    }

    @Property(tries = 100)
    void repeatedWordsDoNotOverflowTheStack(@ForAll long seed) {
        Random random = new Random(seed);
        String words = WORDS[random.nextInt(WORDS.length)] + " " + WORDS[random.nextInt(WORDS.length)] + " ";
        parse((random.nextBoolean() ? "a = " : "") + words.repeat(QueryTokens.LENGTH_MAX / words.length() - 1));
    }

    private static void parse(String text) {
        try {
            Query.parse(text);
        } catch (QueryException e) {
            assertThat(e.line()).isPositive();
            assertThat(e.column()).isPositive();
            assertThat(e.hint()).isNotBlank();
        }
    }

    private static List<String> select(Connection connection, String text) throws SQLException {
        // Without ORDER BY ours come by key.
        String where = text.isEmpty() || text.startsWith("ORDER") || text.startsWith("LIMIT") ? text : "WHERE " + text;
        String sql = where.replaceFirst(" *(LIMIT|$)", where.contains("ORDER BY") ? ", id $1" : " ORDER BY id $1");
        List<String> ids = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id FROM account " + sql)) {
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
        }
        return ids;
    }

    private static List<Record> fill(Connection connection, Random random) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS account");
            statement.execute(
                    "CREATE TABLE account (id VARCHAR, n BIGINT, r DOUBLE PRECISION, t VARCHAR, u VARCHAR, b BOOLEAN)");
        }
        List<Record> records = new ArrayList<>();
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO account VALUES (?, ?, ?, ?, ?, ?)")) {
            for (int row = 0; row < ROWS; row++) {
                String id = Character.toString('a' + row);
                Object[] columns = {
                    WHOLES[random.nextInt(WHOLES.length)],
                    REALS[random.nextInt(REALS.length)],
                    TEXTS[random.nextInt(TEXTS.length)],
                    TEXTS[random.nextInt(TEXTS.length)],
                    random.nextBoolean()
                };
                records.add(insert(insert, random, id, columns));
            }
        }
        return records;
    }

    private static Record insert(PreparedStatement insert, Random random, String id, Object[] columns)
            throws SQLException {
        String[] names = {"n", "r", "t", "u", "b"};
        insert.setString(1, id);
        boolean[] present = new boolean[names.length];
        for (int i = 0; i < names.length; i++) {
            present[i] = random.nextInt(4) > 0;
            insert.setObject(i + 2, present[i] ? columns[i] : null);
        }
        insert.executeUpdate();
        return Records.of(id, edit -> {
            for (int i = 0; i < names.length; i++) {
                if (present[i]) {
                    edit.set(names[i], value(columns[i]));
                }
            }
        });
    }

    private static Value value(Object column) {
        if (column instanceof Long whole) {
            return Value.of(whole);
        } else if (column instanceof Double real) {
            return Value.of(real);
        } else if (column instanceof Boolean bool) {
            return Value.of(bool);
        }
        return Value.of((String) column);
    }

    /** Writes random queries. */
    private static final class Generator {
        private static final String[] COMPARISONS = {"=", "<>", "!=", "<", "<=", ">", ">="};
        private final Random random;

        Generator(Random random) {
            this.random = random;
        }

        String query() {
            String condition = random.nextInt(8) == 0 ? "" : condition(4) + " ";
            String order = random.nextBoolean() ? "" : "ORDER BY " + terms() + " ";
            String limit = random.nextInt(3) > 0 && !(condition + order).isEmpty()
                    ? ""
                    : "LIMIT " + random.nextInt(ROWS) + (random.nextBoolean() ? "" : " OFFSET " + random.nextInt(ROWS));
            return (condition + order + limit).strip();
        }

        private String condition(int depth) {
            return switch (random.nextInt(depth > 0 ? 8 : 3)) {
                case 3, 4 -> condition(depth - 1) + " AND " + condition(depth - 1);
                case 5, 6 -> condition(depth - 1) + " OR " + condition(depth - 1);
                case 7 -> (random.nextBoolean() ? "NOT " : "") + "(" + condition(depth - 1) + ")";
                default -> (random.nextInt(5) == 0 ? "NOT " : "") + test();
            };
        }

        private String test() {
            String column = List.of("n", "r", "t", "u", "b", "id").get(random.nextInt(6));
            return column + " "
                    + switch (random.nextInt(6)) {
                        case 0 -> "IS " + not() + "NULL";
                        case 1 -> not() + "IN (" + literal(column) + ", " + literal(column) + ")";
                        case 2 -> not() + "BETWEEN " + literal(column) + " AND " + literal(column);
                        case 3 ->
                            isText(column)
                                    ? not() + "LIKE '" + PATTERNS[random.nextInt(PATTERNS.length)] + "'"
                                    : comparison(column);
                        default -> comparison(column);
                    };
        }

        private String comparison(String column) {
            return COMPARISONS[random.nextInt(COMPARISONS.length)] + " " + literal(column);
        }

        private String not() {
            return random.nextInt(3) == 0 ? "NOT " : "";
        }

        private String literal(String column) {
            if (isText(column)) {
                return "'" + TEXTS[random.nextInt(TEXTS.length)].replace("'", "''") + "'";
            } else if (column.equals("b")) {
                return random.nextBoolean() ? "TRUE" : "false";
            }
            return random.nextBoolean()
                    ? Long.toString(WHOLES[random.nextInt(WHOLES.length)])
                    : Double.toString(REALS[random.nextInt(REALS.length)]);
        }

        private String terms() {
            StringBuilder terms = new StringBuilder();
            for (int i = random.nextInt(3); i >= 0; i--) {
                terms.append(terms.isEmpty() ? "" : ", ");
                terms.append(List.of("n", "r", "t", "u", "b", "id").get(random.nextInt(6)));
                terms.append(List.of("", " ASC", " DESC").get(random.nextInt(3)));
            }
            return terms.toString();
        }

        private static boolean isText(String column) {
            return column.equals("t") || column.equals("u") || column.equals("id");
        }
    }
}
