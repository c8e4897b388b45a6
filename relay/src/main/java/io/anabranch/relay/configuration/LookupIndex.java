package io.anabranch.relay.configuration;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.relay.admission.RoundState;
import io.anabranch.relay.store.Admitted.ReferenceChange;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.StoredRecord;
import io.anabranch.replica.query.Operand;
import io.anabranch.replica.query.Relation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Finds the records that hold a value in a field, for the fields that the check of commits looks up: an index in the store, and over it
 * what the round has added.
 *
 * <p>What is found is only a candidate, so an entry that is no longer true does no harm; what must not happen is that one is missing. When a
 * field comes to be looked up, the records of its type are read once, in the round that makes it so.
 */
final class LookupIndex {

    private static final int PAGE = 1_000;
    private static final String PREFIX = "lookup/";

    private final RoundState round;
    private final List<ReferenceChange> references = new ArrayList<>();
    private final Map<RelayView.Reference, Set<RecordKey>> added = new HashMap<>();
    private Map<String, Set<String>> fields;

    /** @param fields by type, the fields that are looked up */
    LookupIndex(RoundState round, Map<String, Set<String>> fields) {
        this.round = round;
        this.fields = fields;
    }

    /** What is to be stored. */
    List<ReferenceChange> references() {
        return references;
    }

    /** Whether a field is looked up. */
    boolean has(String type, String field) {
        return fields.getOrDefault(type, Set.of()).contains(field);
    }

    /** The keys of records that may hold the value, by the commits that were accepted so far. */
    Collection<RecordKey> candidates(String type, String field, Value value) {
        RelayView.Reference reference = new RelayView.Reference(type, PREFIX + field, Relation.key(value));
        Set<RecordKey> candidates = new LinkedHashSet<>(added.getOrDefault(reference, Set.of()));
        RecordKey after = null;
        for (List<RecordKey> page = round.view().referring(reference, after, PAGE);
                !page.isEmpty();
                page = page.size() < PAGE ? List.of() : round.view().referring(reference, after, PAGE)) {
            candidates.addAll(page);
            after = page.get(page.size() - 1);
        }
        return candidates;
    }

    void changed(Record before, Record after) {
        for (String field : fields.getOrDefault(after.key().type(), Set.of())) {
            Collection<Value> had = keys(before, field);
            Collection<Value> has = keys(after, field);
            had.stream().filter(value -> !has.contains(value)).forEach(value -> note(after.key(), field, value, false));
            has.stream().filter(value -> !had.contains(value)).forEach(value -> note(after.key(), field, value, true));
        }
    }

    private void note(RecordKey key, String field, Value value, boolean held) {
        references.add(new ReferenceChange(key, PREFIX + field, value, held));
        if (held) {
            added.computeIfAbsent(
                            new RelayView.Reference(key.type(), PREFIX + field, value), reference -> new HashSet<>())
                    .add(key);
        }
    }

    /** Goes on with other fields. */
    void lookUp(Map<String, Set<String>> now) {
        now.forEach((type, names) -> {
            Set<String> fresh = new HashSet<>(names);
            fresh.removeAll(fields.getOrDefault(type, Set.of()));
            if (!fresh.isEmpty()) {
                forEachRecord(
                        type,
                        record -> fresh.forEach(
                                field -> keys(record, field).forEach(value -> note(record.key(), field, value, true))));
            }
        });
        fields = now;
    }

    /** The records of a type as the store has them, then those that the round has changed, as they are now. */
    void forEachRecord(String type, Consumer<Record> action) {
        RecordKey after = null;
        for (List<StoredRecord> page = round.view().recordsOf(type, after, PAGE);
                !page.isEmpty();
                page = round.view().recordsOf(type, after, PAGE)) {
            page.forEach(record -> action.accept(record.record()));
            after = page.get(page.size() - 1).key();
        }
        round.changed().stream()
                .filter(record -> record.key().type().equals(type))
                .forEach(action);
    }

    private static Collection<Value> keys(Record record, String field) {
        return values(record, field).stream().map(Relation::key).distinct().toList();
    }

    /** The values that a record holds, concurrent ones included; none if it is deleted. */
    static Collection<Value> values(Record record, String field) {
        if (!record.alive()) {
            return List.of();
        }
        List<Value> written = record.values(field);
        return written.isEmpty() ? new Operand.Field(field).values(record) : written;
    }
}
