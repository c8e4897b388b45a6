package io.anabranch.relay.scope;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.StoredRecord;
import io.anabranch.replica.schema.Configuration;
import io.anabranch.replica.schema.ConfigurationType;
import io.anabranch.replica.schema.SharingMap;
import io.anabranch.replica.wire.RecordKeys;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The records of a configuration, and what they say. Immutable. */
final class ConfigurationRecords {

    private static final int PORTION = 1_000;

    private final SharingMap<RecordKey, Record> records;
    private final Configuration configuration;

    private ConfigurationRecords(SharingMap<RecordKey, Record> records) {
        this(records, Configuration.of(records.values()));
    }

    private ConfigurationRecords(SharingMap<RecordKey, Record> records, Configuration configuration) {
        this.records = records;
        this.configuration = configuration;
    }

    /** A configuration that is in no store, for a look at what it would do. */
    static ConfigurationRecords of(Configuration configuration) {
        return new ConfigurationRecords(SharingMap.empty(), configuration);
    }

    /** Those of a store. */
    static ConfigurationRecords read(RelayView view) {
        SortedMap<RecordKey, Record> records = new TreeMap<>();
        for (ConfigurationType type : ConfigurationType.values()) {
            List<StoredRecord> portion = view.recordsOf(type.recordType(), null, PORTION);
            while (!portion.isEmpty()) {
                portion.forEach(stored -> records.put(stored.key(), stored.record()));
                RecordKey last = portion.get(portion.size() - 1).key();
                portion = view.recordsOf(type.recordType(), last, PORTION);
            }
        }
        return new ConfigurationRecords(SharingMap.of(records));
    }

    Configuration configuration() {
        return configuration;
    }

    /** These ones after a change. Quick if it is of users alone. */
    ConfigurationRecords with(Collection<Record> changed) {
        SharingMap<RecordKey, Record> all = records;
        for (Record record : changed) {
            all = all.with(record.key(), record);
        }
        return ConfigurationType.areUsers(changed)
                ? new ConfigurationRecords(all, configuration.withUsers(changed))
                : new ConfigurationRecords(all);
    }

    /** These ones with the users of others. */
    ConfigurationRecords withUsersOf(ConfigurationRecords others) {
        SortedMap<RecordKey, Record> all = only(records, key -> !isUser(key));
        all.putAll(only(others.records, ConfigurationRecords::isUser));
        return new ConfigurationRecords(SharingMap.of(all));
    }

    private static SortedMap<RecordKey, Record> only(Map<RecordKey, Record> records, Predicate<RecordKey> wanted) {
        SortedMap<RecordKey, Record> some = new TreeMap<>(records);
        some.keySet().removeIf(wanted.negate());
        return some;
    }

    private static boolean isUser(RecordKey key) {
        return key.type().equals(ConfigurationType.USER.recordType());
    }

    /** All but the users. */
    byte[] encodeWithoutUsers() {
        ByteString.Output bytes = ByteString.newOutput();
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            SortedMap<RecordKey, Record> some = only(records, key -> !isUser(key));
            out.writeUInt32NoTag(some.size());
            for (Record record : some.values()) {
                out.writeByteArrayNoTag(RecordKeys.encode(record.key()));
                out.writeByteArrayNoTag(record.encode());
            }
            out.flush();
        } catch (IOException e) {
            throw new IllegalStateException("bytes in memory could not be written", e);
        }
        return bytes.toByteString().toByteArray();
    }

    static ConfigurationRecords decode(byte[] bytes) {
        SortedMap<RecordKey, Record> records = new TreeMap<>();
        try {
            CodedInputStream in = CodedInputStream.newInstance(bytes);
            for (int left = in.readUInt32(); left > 0; left--) {
                RecordKey key = RecordKeys.decode(in.readByteArray(), 0);
                records.put(key, Record.decode(key, in.readByteArray()));
            }
        } catch (IOException e) {
            throw new IllegalStateException("the configuration in use is damaged; restore the relay's data", e);
        }
        return new ConfigurationRecords(SharingMap.of(records));
    }
}
