package io.anabranch.relay.scope.clause;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.replica.query.Circumstances;
import io.anabranch.replica.query.Operand;
import io.anabranch.replica.query.Relation;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All records in a map, for tests. */
record MapWorld(Map<RecordKey, Record> records, long nowMillis) implements World {

    MapWorld {
        records = new TreeMap<>(records);
    }

    @Override
    public @Nullable Record record(RecordKey key) {
        return records.get(key);
    }

    @Override
    public List<Record> holding(String type, Operand operand, Value value) {
        return records.values().stream()
                .filter(record -> record.key().type().equals(type))
                .filter(record -> operand.values(record, Circumstances.at(0, zone())).stream()
                        .anyMatch(held -> Relation.key(held).equals(Relation.key(value))))
                .toList();
    }

    @Override
    public ZoneId zone() {
        return ZoneOffset.UTC;
    }

    /** What a user sees of it, with no clauses, indexes or memory: whole tables are read for each sub-query. */
    Circumstances plainlyFor(Map<String, List<Value>> attributes) {
        return new Circumstances() {
            @Override
            public List<Value> parameter(Operand.Parameter parameter) {
                return attributes.getOrDefault(parameter.name(), List.of());
            }

            @Override
            public long nowMillis() {
                return nowMillis;
            }

            @Override
            public ZoneId zone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Iterable<Record> records(String type, Operand.Stored selected, @Nullable Value value) {
                return records.values().stream()
                        .filter(record -> record.key().type().equals(type) && record.alive())
                        .toList();
            }
        };
    }
}
