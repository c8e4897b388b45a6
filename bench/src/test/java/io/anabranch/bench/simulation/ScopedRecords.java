package io.anabranch.bench.simulation;

import io.anabranch.crdt.Field;
import io.anabranch.crdt.FieldName;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The relay's records as rows of an H2 database. */
final class ScopedRecords implements AutoCloseable {

    private final Connection connection;
    private final Map<RecordKey, Record> rows = new HashMap<>();

    ScopedRecords() {
        try {
            connection = DriverManager.getConnection("jdbc:h2:mem:");
            for (String type : RandomTerms.TYPES) {
                String columns = RandomTerms.FIELDS.stream()
                        .map(field -> "f_" + field + (isNumber(field) ? " BIGINT" : " VARCHAR"))
                        .collect(Collectors.joining(", "));
                execute("CREATE TABLE t_" + type + " (id VARCHAR PRIMARY KEY, alive BOOLEAN, " + columns + ")");
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What of a record is left when only some fields can be seen. */
    static Record restricted(Record record, Set<String> fields) {
        List<Field> left = record.fields().stream()
                .filter(field -> field.name().equals(FieldName.LIFE)
                        || fields.contains(field.name().name()))
                .toList();
        return new Record(record.key(), record.context(), left);
    }

    /** Takes the records as they are now. */
    void put(Map<RecordKey, Record> records) {
        records.forEach((key, record) -> {
            if (RandomTerms.TYPES.contains(key.type()) && !record.equals(rows.put(key, record))) {
                write(record);
            }
        });
    }

    /** The ids of a type that fulfil a condition about the table {@code a}. */
    Set<String> ids(String type, String where) {
        String sql = "SELECT a.id FROM t_" + type + " a WHERE " + where;
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            Set<String> ids = new LinkedHashSet<>();
            while (found.next()) {
                ids.add(found.getString(1));
            }
            return ids;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private void write(Record record) {
        String places = ", ?".repeat(RandomTerms.FIELDS.size());
        String sql = "MERGE INTO t_" + record.key().type() + " VALUES (?, ?" + places + ")";
        try (PreparedStatement row = connection.prepareStatement(sql)) {
            row.setString(1, record.key().id());
            row.setBoolean(2, record.alive());
            for (int i = 0; i < RandomTerms.FIELDS.size(); i++) {
                Value value = record.value(RandomTerms.FIELDS.get(i)).orElse(null);
                row.setObject(i + 3, value instanceof Value.Whole whole ? (Object) whole.number() : text(value));
            }
            row.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(record.toString(), e);
        }
    }

    private static @Nullable String text(@Nullable Value value) {
        return value == null ? null : value.toString();
    }

    private static boolean isNumber(String field) {
        return field.equals("amount") || field.equals("due");
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
