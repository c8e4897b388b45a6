package io.anabranch.relay.scope;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.relay.scope.clause.Dependencies;
import io.anabranch.relay.store.Admitted.ReferenceChange;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.RelayView.Reference;
import io.anabranch.replica.query.Circumstances;
import io.anabranch.replica.query.Operand;
import io.anabranch.replica.query.Relation;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which records hold a value, as far as clauses ask: the store's references and over them those of the round. Names more records
 * than hold it now, never fewer, so whoever asks looks at the records.
 */
final class RoundReferences {

    /** Before the names of operands, so that they are not taken for those of others. */
    private static final String PREFIX = "scope ";

    private static final int PORTION = 4_096;
    private static final Circumstances NONE = Circumstances.at(0, ZoneOffset.UTC);

    private final RelayView view;
    private final Dependencies dependencies;
    private final Map<Reference, List<RecordKey>> stored = new HashMap<>();
    private final Map<Reference, Set<RecordKey>> added = new HashMap<>();
    private final Map<Held, Boolean> changes = new LinkedHashMap<>();

    private final Map<Operand, String> fields = new HashMap<>();

    private record Held(RecordKey key, String field, Value value) {}

    RoundReferences(RelayView view, Dependencies dependencies) {
        this.view = view;
        this.dependencies = dependencies;
    }

    /** Notes what a record holds now that it did not, and the other way round. */
    void changed(@Nullable Record before, Record after) {
        RecordKey key = after.key();
        for (Operand operand : dependencies.indexed(key.type())) {
            Set<Value> old = before == null ? Set.of() : values(operand, before);
            Set<Value> now = values(operand, after);
            String field = field(operand);
            for (Value value : old) {
                if (!now.contains(value)) {
                    changes.put(new Held(key, field, value), false);
                }
            }
            for (Value value : now) {
                if (!old.contains(value)) {
                    changes.put(new Held(key, field, value), true);
                    added.computeIfAbsent(new Reference(key.type(), field, value), at -> new LinkedHashSet<>())
                            .add(key);
                }
            }
        }
    }

    /** The records that may hold a value. */
    Set<RecordKey> candidates(String type, Operand operand, Value value) {
        Reference reference = new Reference(type, field(operand), value);
        List<RecordKey> known = stored.computeIfAbsent(reference, this::read);
        Set<RecordKey> more = added.getOrDefault(reference, Set.of());
        Set<RecordKey> all = new LinkedHashSet<>(known);
        all.addAll(more);
        return all;
    }

    private String field(Operand operand) {
        return fields.computeIfAbsent(operand, key -> PREFIX + key.text());
    }

    private List<RecordKey> read(Reference reference) {
        List<RecordKey> found = new ArrayList<>();
        List<RecordKey> portion = view.referring(reference, null, PORTION);
        found.addAll(portion);
        while (portion.size() == PORTION) {
            portion = view.referring(reference, portion.get(PORTION - 1), PORTION);
            found.addAll(portion);
        }
        return found;
    }

    /** For the store. */
    List<ReferenceChange> changes() {
        List<ReferenceChange> list = new ArrayList<>(changes.size());
        changes.forEach((held, holds) -> list.add(new ReferenceChange(held.key, held.field, held.value, holds)));
        return list;
    }

    static Set<Value> values(Operand operand, Record record) {
        Set<Value> values = new LinkedHashSet<>();
        operand.values(record, NONE).forEach(value -> values.add(Relation.key(value)));
        return values;
    }
}
