package io.anabranch.bench.scope;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.bench.replay.DemoCommand;
import io.anabranch.crdt.RecordKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/** The register's last state, and who is to have what of it by {@code legislators.yaml}, found without any of the relay's code. */
final class Register {

    private static final ObjectMapper JSON = new ObjectMapper();

    final Map<RecordKey, ObjectNode> records = new TreeMap<>();

    static Register read() throws IOException {
        Register register = new Register();
        try (InputStream in = Objects.requireNonNull(
                        DemoCommand.class.getResourceAsStream("/io/anabranch/bench/legislators-2012-2022.jsonl.gz"));
                BufferedReader reader =
                        new BufferedReader(new InputStreamReader(new GZIPInputStream(in), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                JSON.readTree(line).get("changes").forEach(register::change);
            }
        }
        return register;
    }

    private void change(JsonNode change) {
        RecordKey key =
                new RecordKey(change.get("type").asText(), change.get("id").asText());
        if (change.get("op").asText().equals("delete")) {
            records.remove(key);
            return;
        }
        ObjectNode fields = records.computeIfAbsent(key, added -> JSON.createObjectNode());
        change.get("fields").properties().forEach(field -> {
            if (field.getValue().isNull()) {
                fields.remove(field.getKey());
            } else {
                fields.set(field.getKey(), field.getValue());
            }
        });
    }

    Path writeTo(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        records.forEach((key, fields) -> lines.add(line(key, fields)));
        return Files.write(file, lines);
    }

    private static String line(RecordKey key, ObjectNode fields) {
        ObjectNode sorted = JsonNodeFactory.instance.objectNode();
        new TreeMap<>(Map.copyOf(asMap(fields))).forEach(sorted::set);
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("type", key.type());
        line.put("id", key.id());
        line.set("fields", sorted);
        return line.toString();
    }

    private static Map<String, JsonNode> asMap(ObjectNode fields) {
        Map<String, JsonNode> map = new TreeMap<>();
        fields.properties().forEach(field -> map.put(field.getKey(), field.getValue()));
        return map;
    }

    /** What a person of these states is to have: an editor everything, a reader neither accounts nor private fields. */
    Map<RecordKey, JsonNode> scope(Set<String> states, boolean reader, Set<String> committeeColumns) {
        Set<String> people = new HashSet<>();
        Set<String> committees = new HashSet<>();
        records.forEach((key, fields) -> {
            if (key.type().equals("legislator") && states.contains(text(fields, "state"))) {
                people.add(key.id());
            }
        });
        records.forEach((key, fields) -> {
            if (key.type().equals("membership") && people.contains(text(fields, "legislator"))) {
                committees.add(text(fields, "committee"));
            }
        });
        Map<RecordKey, JsonNode> scope = new TreeMap<>();
        records.forEach((key, fields) -> {
            ObjectNode visible = fields.deepCopy();
            boolean has = switch (key.type()) {
                case "legislator" -> people.contains(key.id());
                case "office", "membership" -> people.contains(text(fields, "legislator"));
                case "social" -> !reader && people.contains(text(fields, "legislator"));
                default -> committees.contains(key.id()) || !fields.has("parent");
            };
            if (reader) {
                visible.remove(List.of("birthday", "religion"));
            }
            if (key.type().equals("committee")) {
                Set<String> columns = new HashSet<>();
                columns.addAll(committees.contains(key.id()) ? committeeColumns : Set.of());
                columns.addAll(fields.has("parent") ? Set.of() : Set.of("name", "type"));
                boolean all = committees.contains(key.id()) && committeeColumns.isEmpty();
                visible = all ? visible : visible.retain(columns);
            }
            if (has) {
                scope.put(key, visible);
            }
        });
        return scope;
    }

    private static String text(ObjectNode fields, String name) {
        return fields.path(name).asText("");
    }

    /** Lines of a dump, to be compared. */
    static Map<RecordKey, JsonNode> parsed(List<String> lines) throws IOException {
        Map<RecordKey, JsonNode> parsed = new TreeMap<>();
        for (String line : lines) {
            JsonNode node = JSON.readTree(line);
            parsed.put(new RecordKey(node.get("type").asText(), node.get("id").asText()), node.get("fields"));
        }
        return parsed;
    }
}
