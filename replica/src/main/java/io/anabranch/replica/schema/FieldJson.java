package io.anabranch.replica.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.crdt.Kind;
import io.anabranch.crdt.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The definition of a field as JSON. */
final class FieldJson {

    /** The kinds that a schema may ask for, as they are written. */
    static final Map<String, Kind> KINDS = Map.of(
            "register", Kind.REGISTER,
            "multi", Kind.MULTI,
            "counter", Kind.COUNTER,
            "set", Kind.SET,
            "flag", Kind.FLAG);

    private FieldJson() {}

    /** The field; what the JSON does not say, or says in a way this version does not know, is not asked of it. */
    static FieldType read(String name, JsonNode json) {
        Optional<Kind> kind = Optional.ofNullable(KINDS.get(json.path("kind").asText("register")));
        String content = json.path("type").asText("any");
        Map<String, List<String>> valuesFor = new TreeMap<>();
        json.path("valuesFor")
                .properties()
                .forEach(subset -> valuesFor.put(subset.getKey(), ConfigurationReader.texts(subset.getValue())));
        return new FieldType(
                name,
                json.isObject() ? kind : Optional.empty(),
                ConfigurationReader.constant(Content.class, content).orElse(Content.ANY),
                new FieldType.Limits(
                        json.path("length").asInt(0),
                        json.path("precision").asInt(0),
                        json.path("scale").asInt(0)),
                new FieldType.Picklist(ConfigurationReader.texts(json.path("values")), valuesFor),
                json.path("references").asText(""),
                options(json));
    }

    /** The JSON of a field; what is so by default is left out. */
    static ObjectNode write(FieldType field) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        field.kind().filter(kind -> !kind.equals(Kind.REGISTER)).ifPresent(kind -> json.put("kind", kind.toString()));
        if (field.content() != Content.ANY) {
            json.put("type", ConfigurationReader.written(field.content()));
        }
        putPositive(json, "length", field.limits().length());
        putPositive(json, "precision", field.limits().precision());
        putPositive(json, "scale", field.limits().scale());
        putText(json, "references", field.reference());
        if (!field.picklist().values().isEmpty()) {
            json.set("values", ConfigurationWriter.texts(field.picklist().values()));
        }
        if (!field.picklist().valuesFor().isEmpty()) {
            ObjectNode subsets = json.putObject("valuesFor");
            new TreeMap<>(field.picklist().valuesFor())
                    .forEach((type, values) -> subsets.set(type, ConfigurationWriter.texts(values)));
        }
        FieldType.Options options = field.options();
        ConfigurationWriter.putTrue(json, "required", options.required());
        ConfigurationWriter.putTrue(json, "unique", options.unique());
        ConfigurationWriter.putTrue(json, "readOnly", options.readOnly());
        ConfigurationWriter.putTrue(json, "indexed", options.indexed());
        ConfigurationWriter.putTrue(json, "mayDangle", options.mayDangle());
        options.defaultValue().ifPresent(value -> json.set("default", ConfigurationWriter.json(value)));
        putText(json, "label", options.label());
        return json;
    }

    private static void putPositive(ObjectNode json, String name, int number) {
        if (number > 0) {
            json.put(name, number);
        }
    }

    private static void putText(ObjectNode json, String name, String text) {
        if (!text.isEmpty()) {
            json.put(name, text);
        }
    }

    private static FieldType.Options options(JsonNode json) {
        Optional<Value> defaultValue = ConfigurationReader.value(json.path("default"));
        return new FieldType.Options(
                json.path("required").asBoolean(false),
                json.path("unique").asBoolean(false),
                json.path("readOnly").asBoolean(false),
                json.path("indexed").asBoolean(false),
                json.path("mayDangle").asBoolean(false),
                defaultValue,
                json.path("label").asText(""));
    }
}
