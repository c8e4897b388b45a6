package io.anabranch.replica;

import static io.anabranch.replica.state.ReplicaFamilies.RECORDS;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.proto.Rejection;
import io.anabranch.replica.schema.Change;
import io.anabranch.replica.schema.CommitCheck;
import io.anabranch.replica.schema.Configuration;
import io.anabranch.replica.schema.ConfigurationType;
import io.anabranch.replica.schema.Content;
import io.anabranch.replica.schema.Defaults;
import io.anabranch.replica.schema.FieldType;
import io.anabranch.replica.schema.ObjectType;
import io.anabranch.replica.schema.Surroundings;
import io.anabranch.replica.schema.UserAccount;
import io.anabranch.replica.schema.Writer;
import io.anabranch.replica.state.CommitBuilder;
import io.anabranch.replica.state.IndexDeclaration;
import io.anabranch.replica.state.RecordChange;
import io.anabranch.replica.storage.Scan;
import io.anabranch.replica.storage.StorageReader;
import io.anabranch.replica.wire.RecordKeys;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What the configuration asks of this device's user: read from the configuration records that the device has, and again whenever one of
 * them changes. Saves are judged here first, so that a mistake is told at once and not after the next sync; the relay has the last word.
 */
final class DeviceRules {

    private static final byte[] RESERVED_FROM = {'$'};
    private static final byte[] RESERVED_END = {'$' + 1};

    private final StorageReader storage;
    private final Person person;
    private final LongSupplier wallMillis;
    private volatile CommitCheck check = new CommitCheck(Configuration.EMPTY);

    /** Whose device it is, and what conditions call {@code :device.NAME}. */
    record Person(Supplier<String> name, Supplier<Map<String, List<Value>>> device) {}

    DeviceRules(StorageReader storage, Person person, LongSupplier wallMillis) {
        this.wallMillis = wallMillis;
        this.storage = storage;
        this.person = person;
        read();
    }

    /** Learns of changes; answers whether the configuration is another one now. */
    boolean changed(List<RecordChange> changes) {
        boolean concerned = changes.stream()
                .anyMatch(change ->
                        ConfigurationType.isReserved(change.after().key().type()));
        if (concerned) {
            read();
        }
        return concerned;
    }

    Configuration configuration() {
        return check.configuration();
    }

    UserAccount user() {
        return configuration().user(person.name().get());
    }

    /** The user on this device. */
    Writer writer() {
        return new Writer(user(), person.device().get());
    }

    /** The indexes that the configuration asks for: also of what must be unique, to tell at once that it is not. */
    Set<IndexDeclaration> indexes() {
        Set<IndexDeclaration> indexes = new HashSet<>();
        for (ObjectType type : configuration().types().values()) {
            for (FieldType field : type.fields()) {
                if (field.options().indexed() || field.options().unique()) {
                    indexes.add(new IndexDeclaration(type.name(), field.name()));
                }
            }
        }
        return indexes;
    }

    /** What concurrent deletion and editing of records of a type come to. */
    RecordEdit.DeleteRule deleteRule(String type) {
        ObjectType known = configuration().types().get(type);
        return known == null ? RecordEdit.DeleteRule.EDIT_WINS : known.life();
    }

    /** Gives new records their defaults. */
    void writeDefaults(CommitBuilder builder) {
        Map<String, ObjectType> types = configuration().types();
        if (!types.isEmpty()) {
            builder.edits().forEach((key, edit) -> {
                ObjectType type = types.get(key.type());
                if (type != null) {
                    Defaults.write(type, edit.build(), edit);
                }
            });
        }
    }

    /**
     * Judges a save.
     *
     * @throws CommitRefusedException if the relay would reject it
     */
    void judge(CommitBuilder builder) {
        Writer writer = writer();
        Surroundings surroundings = new DeviceSurroundings(storage, builder, wallMillis.getAsLong());
        for (Record delta : builder.deltas()) {
            Record before = builder.view(delta.key());
            Optional<Rejection> rejection =
                    check.check(writer, new Change(before, before.join(delta), delta), surroundings);
            if (rejection.isPresent()) {
                throw new CommitRefusedException(delta.key(), rejection.get());
            }
        }
    }

    /** What the fields of a record that are references refer to. */
    Map<String, RecordKey> references(Record record) {
        ObjectType type = configuration().types().get(record.key().type());
        Map<String, RecordKey> references = new TreeMap<>();
        for (FieldType field : type == null ? List.<FieldType>of() : type.fields()) {
            if (field.content() == Content.REFERENCE && !field.reference().isEmpty()) {
                record.value(field.name())
                        .map(Value::toString)
                        .filter(id -> !id.isEmpty())
                        .ifPresent(id -> references.put(field.name(), new RecordKey(field.reference(), id)));
            }
        }
        return references;
    }

    private void read() {
        List<Record> records = new ArrayList<>();
        try (Scan scan = storage.scan(RECORDS, RESERVED_FROM, RESERVED_END)) {
            while (scan.next()) {
                records.add(Record.decode(RecordKeys.decode(scan.key(), 0), scan.value()));
            }
        }
        check = new CommitCheck(Configuration.of(records));
    }
}
