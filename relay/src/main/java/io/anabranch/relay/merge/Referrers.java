package io.anabranch.relay.merge;

import io.anabranch.crdt.Entry;
import io.anabranch.crdt.Field;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.relay.configuration.HeldConfiguration;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.StoredRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The living records that refer to one, by the schema: those of which a value, concurrent ones included, names it. */
final class Referrers {

    private static final int PAGE = 1_000;

    /** By type, the fields that can refer to it. */
    private final Map<String, Set<String>> fields = new TreeMap<>();

    private final RecordKey target;

    /** @param configuration by which fields refer */
    Referrers(HeldConfiguration configuration, RecordKey target) {
        this.target = target;
        for (String type : configuration.configuration().types().keySet()) {
            configuration.references(type).forEach((field, to) -> {
                if (to.equals(target.type())) {
                    fields.computeIfAbsent(type, absent -> new TreeSet<>()).add(field);
                }
            });
        }
    }

    /** The fields of a type that can refer to it. */
    Set<String> fields(String type) {
        return fields.getOrDefault(type, Set.of());
    }

    /** Their keys and the fields that refer. Reads all records of the types that can refer to it. */
    Map<RecordKey, List<String>> find(RelayView view) {
        Map<RecordKey, List<String>> found = new LinkedHashMap<>();
        for (String type : fields.keySet()) {
            List<StoredRecord> page = view.recordsOf(type, null, PAGE);
            while (!page.isEmpty()) {
                for (StoredRecord stored : page) {
                    List<String> referring = referring(stored.record());
                    if (!referring.isEmpty()) {
                        found.put(stored.key(), referring);
                    }
                }
                page = view.recordsOf(type, page.get(page.size() - 1).key(), PAGE);
            }
        }
        return found;
    }

    private List<String> referring(Record record) {
        Set<String> candidates = fields(record.key().type());
        List<String> referring = new ArrayList<>();
        if (record.alive() && !record.key().equals(target)) {
            for (Field field : record.fields()) {
                String name = field.name().name();
                if (candidates.contains(name) && field.entries().stream().anyMatch(this::refers)) {
                    referring.add(name);
                }
            }
        }
        return referring;
    }

    private boolean refers(Entry entry) {
        Value value = entry.key() == null ? entry.value() : entry.key();
        return Value.of(target.id()).equals(value);
    }
}
