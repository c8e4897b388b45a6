package io.anabranch.replica.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.crdt.RecordEdit.DeleteRule;
import io.anabranch.crdt.Value;
import java.util.Collection;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes configuration as registers; what is so by default is left out. */
final class ConfigurationWriter {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Set<String> OF_EVERY_USER = Set.of("id", "name", "profile");

    private ConfigurationWriter() {}

    static SortedMap<String, String> registers(ObjectType type) {
        SortedMap<String, String> registers = new TreeMap<>();
        put(registers, "label", type.label());
        put(registers, "lock", type.lock());
        putList(registers, "recordTypes", type.recordTypes());
        if (type.life() == DeleteRule.DELETE_WINS) {
            registers.put("life", "deleteWins");
        }
        type.fields()
                .forEach(field -> registers.put(
                        "field." + field.name(), FieldJson.write(field).toString()));
        type.validations().forEach(rule -> registers.put("validation." + rule.name(), json(rule)));
        return registers;
    }

    static SortedMap<String, String> registers(Profile profile) {
        SortedMap<String, String> registers = new TreeMap<>();
        if (profile.administrator()) {
            registers.put("administrator", "true");
        }
        profile.types().forEach((type, access) -> registers.put("type." + type, json(access)));
        return registers;
    }

    static SortedMap<String, String> registers(ScopeRule rule) {
        SortedMap<String, String> registers = new TreeMap<>();
        registers.put("type", rule.type());
        registers.put("kind", ConfigurationReader.written(rule.kind()));
        put(registers, "where", rule.where());
        put(registers, "parent", rule.parent());
        putList(registers, "deviceTypes", new TreeSet<>(rule.deviceTypes()));
        putList(registers, "profiles", new TreeSet<>(rule.profiles()));
        putList(registers, "columns", rule.columns());
        put(registers, "metadataOnly", rule.metadataOnly() ? "true" : "");
        put(
                registers,
                "attachments",
                rule.attachments() == AttachmentPolicy.NONE ? "" : ConfigurationReader.written(rule.attachments()));
        put(registers, "active", rule.active() ? "" : "false");
        return registers;
    }

    static SortedMap<String, String> registers(UserAccount user) {
        SortedMap<String, String> registers = new TreeMap<>();
        put(registers, "profile", user.profile());
        put(registers, "active", user.active() ? "" : "false");
        user.attributes().forEach((name, values) -> {
            if (!OF_EVERY_USER.contains(name)) {
                JsonNode json = values.size() == 1 ? json(values.get(0)) : list(values);
                registers.put("attr." + name, json.toString());
            }
        });
        return registers;
    }

    private static String json(ValidationRule rule) {
        ObjectNode json = JSON.objectNode();
        ArrayNode when = json.putArray("when");
        new TreeSet<>(rule.events()).forEach(event -> when.add(ConfigurationReader.written(event)));
        if (!rule.recordTypes().isEmpty()) {
            json.set("recordTypes", texts(new TreeSet<>(rule.recordTypes())));
        }
        return json.put("check", rule.check()).put("message", rule.message()).toString();
    }

    private static String json(TypeAccess access) {
        ObjectNode json = JSON.objectNode();
        putTrue(json, "create", access.create());
        putTrue(json, "read", access.read());
        putTrue(json, "edit", access.edit());
        putTrue(json, "delete", access.delete());
        if (!access.rows().isEmpty()) {
            json.put("rows", access.rows());
        }
        if (!access.fields().isEmpty()) {
            ObjectNode fields = json.putObject("fields");
            new TreeMap<>(access.fields()).forEach((name, of) -> fields.put(name, ConfigurationReader.written(of)));
        }
        return json.toString();
    }

    static void putTrue(ObjectNode json, String name, boolean bool) {
        if (bool) {
            json.put(name, true);
        }
    }

    static JsonNode json(Value value) {
        if (value instanceof Value.Whole whole) {
            return JSON.numberNode(whole.number());
        } else if (value instanceof Value.Real real) {
            return JSON.numberNode(real.number());
        } else if (value instanceof Value.Bool bool) {
            return JSON.booleanNode(bool.bool());
        }
        return JSON.textNode(value.toString());
    }

    static ArrayNode texts(Collection<String> texts) {
        ArrayNode list = JSON.arrayNode();
        texts.forEach(list::add);
        return list;
    }

    private static ArrayNode list(Collection<Value> values) {
        ArrayNode list = JSON.arrayNode();
        values.forEach(value -> list.add(json(value)));
        return list;
    }

    private static void put(SortedMap<String, String> registers, String name, String text) {
        if (!text.isEmpty()) {
            registers.put(name, text);
        }
    }

    private static void putList(SortedMap<String, String> registers, String name, Collection<String> texts) {
        if (!texts.isEmpty()) {
            registers.put(name, texts(texts).toString());
        }
    }
}
