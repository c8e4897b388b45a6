package io.anabranch.relay.configuration;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.relay.store.Admitted.RowChange;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.StoredRecord;
import io.anabranch.replica.schema.CommitCheck;
import io.anabranch.replica.schema.Configuration;
import io.anabranch.replica.schema.ConfigurationType;
import io.anabranch.replica.schema.Content;
import io.anabranch.replica.schema.FieldType;
import io.anabranch.replica.schema.ObjectType;
import io.anabranch.replica.schema.SharingMap;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The records of configuration at one moment, and what they come to, compiled. Immutable.
 *
 * <p>A row of the store numbers the changes of configuration, in the same step as they are made: whoever has read an older number reads
 * again.
 */
public final class HeldConfiguration {

    private static final String TABLE = "relay";
    private static final byte[] ROW = "configuration".getBytes(StandardCharsets.US_ASCII);
    private static final int PAGE = 1_000;

    private final long number;
    private final SharingMap<RecordKey, Record> records;
    private final CommitCheck check;
    private final Map<String, Set<String>> lookups;
    private final Map<String, Map<String, String>> references;

    private HeldConfiguration(long number, SharingMap<RecordKey, Record> records) {
        this.number = number;
        this.records = records;
        this.check = new CommitCheck(Configuration.of(records.values()));
        this.lookups = Lookups.of(check.configuration());
        this.references = references(check.configuration());
    }

    /** What another becomes when only users are others. */
    private HeldConfiguration(HeldConfiguration before, SharingMap<RecordKey, Record> records, List<Record> users) {
        this.number = before.number + 1;
        this.records = records;
        this.check = before.check.withUsers(users);
        this.lookups = before.lookups;
        this.references = before.references;
    }

    /** What a store has. Costs the number of users, and some 0.1 ms for each condition. */
    public static HeldConfiguration read(RelayView view) {
        Map<RecordKey, Record> records = new TreeMap<>();
        for (ConfigurationType type : ConfigurationType.values()) {
            RecordKey after = null;
            for (List<StoredRecord> page = view.recordsOf(type.recordType(), after, PAGE);
                    !page.isEmpty();
                    page = view.recordsOf(type.recordType(), after, PAGE)) {
                page.forEach(record -> records.put(record.key(), record.record()));
                after = page.get(page.size() - 1).key();
            }
        }
        return new HeldConfiguration(number(view), SharingMap.of(records));
    }

    private static long number(RelayView view) {
        byte @Nullable [] row = view.row(TABLE, ROW);
        return row == null ? 0 : ByteBuffer.wrap(row).getLong();
    }

    boolean isThatOf(RelayView view) {
        return number == number(view);
    }

    /** The row to be written with the change that made this of the one before. */
    RowChange row() {
        return new RowChange(
                TABLE, ROW, ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    }

    /** What it becomes by the change of some records. Quick if they are of users alone. */
    HeldConfiguration with(List<Record> changed) {
        SharingMap<RecordKey, Record> all = records;
        for (Record record : changed) {
            all = all.with(record.key(), record);
        }
        return ConfigurationType.areUsers(changed)
                ? new HeldConfiguration(this, all, changed)
                : new HeldConfiguration(number + 1, all);
    }

    /** The records, deleted ones included. */
    public List<Record> records() {
        return new ArrayList<>(records.values());
    }

    /** What they say. */
    public Configuration configuration() {
        return check.configuration();
    }

    /** By type, the fields by whose values the check looks up records. */
    Map<String, Set<String>> lookups() {
        return lookups;
    }

    /** By name, the fields of a type that refer to other records, with the type that these have. */
    public Map<String, String> references(String type) {
        return references.getOrDefault(type, Map.of());
    }

    private static Map<String, Map<String, String>> references(Configuration configuration) {
        Map<String, Map<String, String>> references = new HashMap<>();
        for (ObjectType type : configuration.types().values()) {
            for (FieldType field : type.fields()) {
                if (field.content() == Content.REFERENCE && !field.reference().isEmpty()) {
                    references
                            .computeIfAbsent(type.name(), name -> new HashMap<>())
                            .put(field.name(), field.reference());
                }
            }
        }
        return references;
    }

    /** The check by it. */
    public CommitCheck check() {
        return check;
    }
}
