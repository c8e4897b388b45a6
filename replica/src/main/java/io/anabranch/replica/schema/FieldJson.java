package io.anabranch.replica.schema;

import com.fasterxml.jackson.databind.JsonNode;
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

    private static FieldType.Options options(JsonNode json) {
        Optional<Value> defaultValue = ConfigurationReader.value(json.path("default"));
        return new FieldType.Options(
                json.path("required").asBoolean(false),
                json.path("unique").asBoolean(false),
                json.path("readOnly").asBoolean(false),
                json.path("indexed").asBoolean(false),
                defaultValue,
                json.path("label").asText(""));
    }
}
