package io.anabranch.relay.configuration;

import io.anabranch.crdt.FieldName;
import io.anabranch.crdt.Kind;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.relay.admission.RoundState;
import io.anabranch.relay.store.Admitted.ReferenceChange;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.StoredRecord;
import io.anabranch.replica.schema.Configuration;
import io.anabranch.replica.schema.FieldType;
import io.anabranch.replica.schema.ObjectType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the records that may hold a value in a unique field: an index in the store, and over it what the round has added.
 *
 * <p>What is found is looked at before it counts, so an entry that is no longer true does no harm; what must not happen is that one is
 * missing. When a field becomes unique, the records of its type are read once, in the round that makes it so.
 */
final class UniqueValues {

    /** Records with the same value that are looked at: there is more than one only where a field became unique too late. */
    private static final int CANDIDATES_MAX = 100;

    private static final int PAGE = 1_000;
    private static final String PREFIX = "unique/";

    private final RoundState round;
    private final List<ReferenceChange> references = new ArrayList<>();
    private final Map<RelayView.Reference, Set<RecordKey>> added = new HashMap<>();
    private Map<String, Set<FieldName>> fields;

    UniqueValues(RoundState round, Configuration configuration) {
        this.round = round;
        this.fields = uniqueFields(configuration);
    }

    private static Map<String, Set<FieldName>> uniqueFields(Configuration configuration) {
        Map<String, Set<FieldName>> unique = new HashMap<>();
        for (ObjectType type : configuration.types().values()) {
            for (FieldType field : type.fields()) {
                if (field.options().unique()) {
                    field.kind().ifPresent(kind -> unique.computeIfAbsent(type.name(), name -> new HashSet<>())
                            .add(new FieldName(field.name(), kind)));
                }
            }
        }
        return unique;
    }

    /** What is to be stored. */
    List<ReferenceChange> references() {
        return references;
    }

    /** The keys of records that may have the value, those of the commit that is judged among them. */
    Collection<RecordKey> candidates(String type, FieldName field, Value value, Set<RecordKey> judged) {
        RelayView.Reference reference = new RelayView.Reference(type, PREFIX + field.name(), value);
        Set<RecordKey> candidates = new LinkedHashSet<>(round.view().referring(reference, null, CANDIDATES_MAX));
        candidates.addAll(added.getOrDefault(reference, Set.of()));
        judged.stream().filter(key -> key.type().equals(type)).forEach(candidates::add);
        return candidates;
    }

    void changed(Record before, Record after) {
        for (FieldName field : fields.getOrDefault(after.key().type(), Set.of())) {
            Collection<Value> had = values(before, field);
            Collection<Value> has = values(after, field);
            had.stream().filter(value -> !has.contains(value)).forEach(value -> note(after.key(), field, value, false));
            has.stream().filter(value -> !had.contains(value)).forEach(value -> note(after.key(), field, value, true));
        }
    }

    private void note(RecordKey key, FieldName field, Value value, boolean held) {
        references.add(new ReferenceChange(key, PREFIX + field.name(), value, held));
        if (held) {
            added.computeIfAbsent(
                            new RelayView.Reference(key.type(), PREFIX + field.name(), value),
                            reference -> new HashSet<>())
                    .add(key);
        }
    }

    /** Goes on with another configuration. */
    void configured(Configuration configuration) {
        Map<String, Set<FieldName>> now = uniqueFields(configuration);
        now.forEach((type, names) -> {
            Set<FieldName> fresh = new HashSet<>(names);
            fresh.removeAll(fields.getOrDefault(type, Set.of()));
            if (!fresh.isEmpty()) {
                index(type, fresh);
            }
        });
        fields = now;
    }

    private void index(String type, Set<FieldName> fresh) {
        RecordKey after = null;
        for (List<StoredRecord> page = round.view().recordsOf(type, after, PAGE);
                !page.isEmpty();
                page = round.view().recordsOf(type, after, PAGE)) {
            page.forEach(record -> index(record.record(), fresh));
            after = page.get(page.size() - 1).key();
        }
        round.changed().stream()
                .filter(record -> record.key().type().equals(type))
                .forEach(record -> index(record, fresh));
    }

    private void index(Record record, Set<FieldName> fresh) {
        fresh.forEach(field -> values(record, field).forEach(value -> note(record.key(), field, value, true)));
    }

    /** The values that a record holds; none if it is deleted. */
    static Collection<Value> values(Record record, FieldName field) {
        if (!record.alive()) {
            return List.of();
        } else if (field.kind().equals(Kind.SET)) {
            return record.elements(field.name());
        } else if (field.kind().equals(Kind.REGISTER) || field.kind().equals(Kind.MULTI)) {
            return record.values(field.name());
        }
        return List.of();
    }
}
