package io.anabranch.bench.simulation;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.Value;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a record reads, field by field, as text: of the model and of the production code, to be compared. Registers say which
 * value wins and then all that were written concurrently.
 *
 * @param fields only those with content; {@code alive} is there if the record is
 */
record Reading(Map<String, String> fields) {

    static final String ALIVE = "alive";
    static final Reading NOTHING = new Reading(Map.of());

    Reading {
        fields = Collections.unmodifiableMap(new TreeMap<>(fields));
    }

    /** Through the public reads of the production code. */
    static Reading of(Record record) {
        Map<String, String> fields = new TreeMap<>();
        if (record.alive()) {
            fields.put(ALIVE, "");
        }
        for (String register : Schema.REGISTERS) {
            record.value(register)
                    .ifPresent(winner -> fields.put(register, register(winner.toString(), texts(record, register))));
        }
        for (String multi : Schema.MULTIS) {
            put(fields, multi, texts(record, multi));
        }
        for (String set : Schema.SETS) {
            put(fields, set, record.elements(set).stream().map(Value::toString).toList());
        }
        for (String counter : Schema.COUNTERS) {
            if (record.count(counter) != 0) {
                fields.put(counter, Long.toString(record.count(counter)));
            }
        }
        for (String flag : Schema.FLAGS) {
            if (record.flag(flag)) {
                fields.put(flag, "on");
            }
        }
        return new Reading(fields);
    }

    static String register(String winner, Collection<String> all) {
        return winner + " of " + sorted(all);
    }

    static String sorted(Collection<String> values) {
        return values.stream().sorted().toList().toString();
    }

    boolean isAlive() {
        return fields.containsKey(ALIVE);
    }

    Map<String, Long> counters() {
        Map<String, Long> counters = new TreeMap<>();
        for (String counter : Schema.COUNTERS) {
            String sum = fields.get(counter);
            if (sum != null) {
                counters.put(counter, Long.parseLong(sum));
            }
        }
        return counters;
    }

    private static void put(Map<String, String> fields, String field, Collection<String> values) {
        if (!values.isEmpty()) {
            fields.put(field, sorted(values));
        }
    }

    private static Collection<String> texts(Record record, String field) {
        return record.values(field).stream().map(Value::toString).toList();
    }
}
