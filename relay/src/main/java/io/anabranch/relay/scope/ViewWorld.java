package io.anabranch.relay.scope;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.relay.scope.clause.Dependencies;
import io.anabranch.relay.scope.clause.World;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.RelayView.Reference;
import io.anabranch.relay.store.StoredRecord;
import io.anabranch.replica.query.Operand;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The records of a view as clauses ask for them that are not maintained. It knows who refers to what by reading the types whose
 * references are asked for, once; that is kept in memory, some 100 bytes a reference. For one thread.
 */
final class ViewWorld implements World {

    private static final int PORTION = 1_000;
    private static final int RECENT_MAX = 10_000;

    private final RelayView view;
    private final RoundWorld.Moment moment;
    private final Map<Reference, List<RecordKey>> references = new HashMap<>();
    private final Map<RecordKey, Record> recent = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<RecordKey, Record> eldest) {
            return size() > RECENT_MAX;
        }
    };

    ViewWorld(RelayView view, RoundWorld.Moment moment, Collection<Dependencies> dependencies) {
        this.view = view;
        this.moment = moment;
        Map<String, Set<Operand>> asked = new HashMap<>();
        for (Dependencies each : dependencies) {
            for (String type : each.preparedTypes()) {
                asked.computeIfAbsent(type, key -> new LinkedHashSet<>()).addAll(each.indexed(type));
            }
        }
        asked.forEach(this::read);
    }

    private void read(String type, Set<Operand> operands) {
        List<StoredRecord> portion = operands.isEmpty() ? List.of() : view.recordsOf(type, null, PORTION);
        while (!portion.isEmpty()) {
            for (StoredRecord stored : portion) {
                for (Operand operand : operands) {
                    for (Value value : RoundReferences.values(operand, stored.record())) {
                        references
                                .computeIfAbsent(reference(type, operand, value), key -> new ArrayList<>(1))
                                .add(stored.key());
                    }
                }
            }
            portion = view.recordsOf(type, portion.get(portion.size() - 1).key(), PORTION);
        }
    }

    private static Reference reference(String type, Operand operand, Value value) {
        return new Reference(type, operand.text(), value);
    }

    @Override
    public @Nullable Record record(RecordKey key) {
        Record known = recent.get(key);
        if (known == null) {
            known = view.record(key).map(StoredRecord::record).orElse(null);
            if (known != null) {
                recent.put(key, known);
            }
        }
        return known;
    }

    @Override
    public List<Record> holding(String type, Operand operand, Value value) {
        List<RecordKey> keys = operand instanceof Operand.Id
                ? RoundWorld.keyOf(type, value).map(List::of).orElse(List.of())
                : references.getOrDefault(reference(type, operand, value), List.of());
        List<Record> holding = new ArrayList<>(keys.size());
        for (RecordKey key : keys) {
            Record record = record(key);
            if (record != null) {
                holding.add(record);
            }
        }
        return holding;
    }

    @Override
    public long nowMillis() {
        return moment.nowMillis();
    }

    @Override
    public ZoneId zone() {
        return moment.zone();
    }
}
