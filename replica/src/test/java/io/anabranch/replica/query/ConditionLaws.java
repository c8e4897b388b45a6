package io.anabranch.replica.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A random condition says of every record what the H2 database says, and its text reads back as itself. */
class ConditionLaws {

    private static final String URL = "jdbc:h2:mem:conditions;DB_CLOSE_DELAY=-1";
    private static final List<String> COLUMNS = List.of("n", "m", "r", "q", "t", "u", "b", "c");

    @Property(tries = 1_500)
    void aConditionSaysWhatADatabaseSays(@ForAll long seed) throws SQLException {
        Random random = new Random(seed);
        RandomWorld world = RandomWorld.of(random);
        try (Connection connection = DriverManager.getConnection(URL)) {
            fill(connection, world);
            for (int i = 0; i < 3; i++) {
                Condition condition = new RandomConditions(random).condition(3);
                Map<String, Truth> ours = new LinkedHashMap<>();
                for (Record record : world.records("account")) {
                    ours.put(record.key().id(), condition.of(record, world));
                }
                assertThat(ours).as(condition.text()).isEqualTo(theirs(connection, world, condition));
            }
        }
    }

    @Property(tries = 3_000)
    void theTextOfAConditionReadsBackAsItself(@ForAll long seed) {
        Random random = new Random(seed);
        Condition condition = random.nextBoolean()
                ? new RandomConditions(random).condition(4)
                : new RandomConditions(random).timed(3);
        assertThat(Condition.parse(condition.text())).as(condition.text()).isEqualTo(condition);
    }

    @Property(tries = 3_000)
    void namesAndTextsOfAllKindsReadBack(@ForAll String text, @ForAll long seed) {
        Random random = new Random(seed);
        String any = odd(random, text);
        // A name has no line break; no text that is read gives one.
        String name = any.replaceAll("\\R", "") + "x";
        Operand field = new Operand.Field(name);
        Selection selection = new Selection(name, new Operand.Field(name), new Condition.Missing(field));
        Condition condition = Condition.all(List.of(
                new Condition.Compares(field, Relation.LESS, new Operand.Literal(Value.of(any))),
                new Condition.AmongSelected(field, selection)));
        assertThat(Condition.parse(condition.text())).as(condition.text()).isEqualTo(condition);
    }

    private static String odd(Random random, String text) {
        List<String> odd =
                List.of("\"", "'", "\\", "''", "\n", "select", "NULL", ":now", "--", "/*", "id", "$", "a b", "é", "😀");
        StringBuilder all = new StringBuilder(random.nextBoolean() ? text : "");
        for (int i = random.nextInt(4); i >= 0; i--) {
            all.append(odd.get(random.nextInt(odd.size())));
        }
        return all.codePoints()
                .filter(point -> point > 0 && (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE))
                .limit(60)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static Map<String, Truth> theirs(Connection connection, RandomWorld world, Condition condition)
            throws SQLException {
        String test = new SqlWriter(world).condition(condition, new SqlWriter.Table("account", "a"));
        String sql = "SELECT id, " + test + " FROM account a ORDER BY id";
        Map<String, Truth> truths = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                Object truth = rows.getObject(2);
                truths.put(rows.getString(1), truth == null ? Truth.UNKNOWN : Truth.of((Boolean) truth));
            }
        } catch (SQLException e) {
            throw new SQLException(condition.text() + "\n" + sql, e);
        }
        return truths;
    }

    private static void fill(Connection connection, RandomWorld world) throws SQLException {
        for (String type : RandomWorld.TYPES) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("DROP TABLE IF EXISTS " + type + ", " + type + "_s, " + type + "_p");
                statement.execute("CREATE TABLE " + type + " (id VARCHAR, n BIGINT, m BIGINT, r DOUBLE PRECISION,"
                        + " q DOUBLE PRECISION, t VARCHAR, u VARCHAR, b BOOLEAN, c BOOLEAN, alive BOOLEAN)");
                statement.execute("CREATE TABLE " + type + "_s (id VARCHAR, v VARCHAR)");
                statement.execute("CREATE TABLE " + type + "_p (id VARCHAR, v BIGINT)");
            }
            for (Record record : world.records(type)) {
                insert(connection, record);
            }
        }
    }

    private static void insert(Connection connection, Record record) throws SQLException {
        RecordKey key = record.key();
        String insert = "INSERT INTO " + key.type() + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        try (PreparedStatement row = connection.prepareStatement(insert)) {
            row.setString(1, key.id());
            for (int i = 0; i < COLUMNS.size(); i++) {
                row.setObject(
                        i + 2,
                        record.value(COLUMNS.get(i)).map(ConditionLaws::column).orElse(null));
            }
            row.setBoolean(COLUMNS.size() + 2, record.alive());
            row.executeUpdate();
        }
        for (String set : List.of("s", "p")) {
            try (PreparedStatement row =
                    connection.prepareStatement("INSERT INTO " + key.type() + "_" + set + " VALUES (?, ?)")) {
                for (Value element : record.elements(set)) {
                    row.setString(1, key.id());
                    row.setObject(2, column(element));
                    row.executeUpdate();
                }
            }
        }
    }

    private static Object column(Value value) {
        if (value instanceof Value.Whole whole) {
            return whole.number();
        } else if (value instanceof Value.Real real) {
            return real.number();
        } else if (value instanceof Value.Bool bool) {
            return bool.bool();
        }
        return value.toString();
    }
}
