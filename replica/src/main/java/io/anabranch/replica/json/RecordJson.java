package io.anabranch.replica.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.crdt.*;
import io.anabranch.crdt.Record;
import io.anabranch.replica.Transaction;
import java.util.*;

/** Temporary. */
public final class RecordJson {
    private RecordJson() {}

    public static ObjectNode of(Record r) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("type", r.key().type()).put("id", r.key().id());
        ObjectNode fields = node.putObject("fields");
        for (Field f : r.fields()) {
            String name = f.name().name();
            if (f.name().kind().equals(Kind.REGISTER)) r.value(name).ifPresent(v -> fields.set(name, json(v)));
            else if (f.name().kind().equals(Kind.SET))
                r.elements(name).forEach(v -> fields.withArray("/" + name).add(json(v)));
            else if (f.name().kind().equals(Kind.COUNTER)) fields.put(name, r.count(name));
            else if (f.name().kind().equals(Kind.FLAG)) fields.put(name, true);
        }
        return node;
    }

    static JsonNode json(Value v) {
        JsonNodeFactory j = JsonNodeFactory.instance;
        return v instanceof Value.Whole w
                ? j.numberNode(w.number())
                : v instanceof Value.Real r
                        ? j.numberNode(r.number())
                        : v instanceof Value.Bool b ? j.booleanNode(b.bool()) : j.textNode(v.toString());
    }

    public static Value value(String field, JsonNode n) {
        if (n.isIntegralNumber()) return Value.of(n.asLong());
        if (n.isNumber()) return Value.of(n.asDouble());
        if (n.isBoolean()) return Value.of(n.asBoolean());
        return Value.of(n.asText());
    }

    public static void put(Transaction tx, RecordKey key, ObjectNode fields) {
        RecordEdit e = tx.record(key.type(), key.id()).edit();
        e.create();
        Optional<Record> before = tx.get(key.type(), key.id());
        fields.properties().forEach(f -> {
            String n = f.getKey();
            if (f.getValue().isNull()) e.clear(n);
            else if (f.getValue().isArray()) {
                Set<Value> want = new TreeSet<>();
                f.getValue().forEach(x -> want.add(value(n, x)));
                Set<Value> have = before.map(r -> r.elements(n)).orElse(Set.of());
                want.stream().filter(x -> !have.contains(x)).forEach(x -> e.add(n, x));
                have.stream().filter(x -> !want.contains(x)).forEach(x -> e.remove(n, x));
            } else e.set(n, value(n, f.getValue()));
        });
    }
}
