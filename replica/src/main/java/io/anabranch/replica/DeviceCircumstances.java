package io.anabranch.replica;

import static io.anabranch.replica.state.ReplicaFamilies.RECORDS;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.Value;
import io.anabranch.replica.query.Circumstances;
import io.anabranch.replica.query.Operand;
import io.anabranch.replica.query.Relation;
import io.anabranch.replica.query.Selection;
import io.anabranch.replica.schema.Writer;
import io.anabranch.replica.storage.Scan;
import io.anabranch.replica.storage.StorageReader;
import io.anabranch.replica.wire.RecordKeys;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * In which a device asks: at one moment, in its own zone, over its own records. For one evaluation after another on one thread; what a
 * sub-query selects is read once and kept.
 */
final class DeviceCircumstances implements Circumstances {

    private final StorageReader storage;
    private final long nowMillis;
    private final Writer asker;
    private final Map<Selection, Set<Value>> selections = new HashMap<>();

    DeviceCircumstances(StorageReader storage, long nowMillis, Writer asker) {
        this.asker = asker;
        this.storage = storage;
        this.nowMillis = nowMillis;
    }

    @Override
    public List<Value> parameter(Operand.Parameter parameter) {
        return (parameter.owner() == Operand.Owner.USER ? asker.user().attributes() : asker.device())
                .getOrDefault(parameter.name(), List.of());
    }

    @Override
    public long nowMillis() {
        return nowMillis;
    }

    @Override
    public ZoneId zone() {
        return ZoneId.systemDefault();
    }

    @Override
    public Iterable<Record> records(String type, Operand.Stored selected, @Nullable Value value) {
        List<Record> records = new ArrayList<>();
        try (Scan scan = storage.scan(RECORDS, RecordKeys.firstOf(type), RecordKeys.endOf(type))) {
            while (scan.next()) {
                Record record = Record.decode(RecordKeys.decode(scan.key(), 0), scan.value());
                if (record.alive() && (value == null || holds(record, selected, value))) {
                    records.add(record);
                }
            }
        }
        return records;
    }

    @Override
    public boolean selects(Selection selection, Value value) {
        Set<Value> selected = selections.get(selection);
        if (selected == null) {
            selected = selected(selection);
            selections.put(selection, selected);
        }
        return selected.contains(Relation.key(value));
    }

    private Set<Value> selected(Selection selection) {
        Set<Value> selected = new HashSet<>();
        String type = selection.type();
        try (Scan scan = storage.scan(RECORDS, RecordKeys.firstOf(type), RecordKeys.endOf(type))) {
            while (scan.next()) {
                Record record = Record.decode(RecordKeys.decode(scan.key(), 0), scan.value());
                if (selection.takes(record, this)) {
                    selection.selected().values(record).forEach(value -> selected.add(Relation.key(value)));
                }
            }
        }
        return selected;
    }

    private static boolean holds(Record record, Operand.Stored selected, Value value) {
        return selected.values(record).stream()
                .anyMatch(held -> Relation.key(held).equals(value));
    }
}
