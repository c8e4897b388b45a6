package io.anabranch.relay.declaration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.anabranch.replica.schema.ConfigurationRecord;
import io.anabranch.replica.schema.ConfigurationType;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A section of a declaration, and how what is under a name there is kept in registers: parts with names of their own get a register each,
 * with a prefix; the rest is a register under its key.
 *
 * @param key what it is called in a file
 * @param prefixes of registers, by the key of their parts
 */
record Section(ConfigurationType type, String key, Map<String, String> prefixes) {

    private static final ObjectMapper JSON = new ObjectMapper();

    static Section of(ConfigurationType type) {
        return switch (type) {
            case TYPE -> new Section(type, "types", Map.of("fields", "field.", "validations", "validation."));
            case PROFILE -> new Section(type, "profiles", Map.of("types", "type."));
            case RULE -> new Section(type, "rules", Map.of());
            case USER -> new Section(type, "users", Map.of("attributes", "attr."));
        };
    }

    /** The registers of what is declared. */
    SortedMap<String, String> registers(JsonNode declared) {
        SortedMap<String, String> registers = new TreeMap<>();
        declared.properties().forEach(part -> {
            String prefix = prefixes.get(part.getKey());
            if (prefix == null) {
                registers.put(part.getKey(), text(part.getValue()));
            } else {
                part.getValue()
                        .properties()
                        .forEach(named -> registers.put(prefix + named.getKey(), json(named.getValue())));
            }
        });
        return registers;
    }

    private static String text(JsonNode value) {
        return value.isContainerNode() ? value.toString() : value.asText();
    }

    /** A list of one is that one: so are attributes kept. */
    private static String json(JsonNode value) {
        return value.isArray() && value.size() == 1 ? value.get(0).toString() : value.toString();
    }

    /** What is declared by registers. */
    ObjectNode declared(ConfigurationRecord record) {
        ObjectNode declared = JSON.createObjectNode();
        record.registers().forEach((register, text) -> {
            String part = part(register);
            if (part.isEmpty()) {
                declared.set(register, value(text));
            } else {
                String name = register.substring(prefixes.getOrDefault(part, "").length());
                declared.withObjectProperty(part).set(name, json(text));
            }
        });
        return declared;
    }

    /** The key of the named parts that a register is one of, empty if it is none. */
    String part(String register) {
        for (Map.Entry<String, String> prefix : prefixes.entrySet()) {
            if (register.startsWith(prefix.getValue())) {
                return prefix.getKey();
            }
        }
        return "";
    }

    private static JsonNode value(String text) {
        if (text.equals("true") || text.equals("false") || text.startsWith("[")) {
            return json(text);
        }
        return TextNode.valueOf(text);
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return TextNode.valueOf(text);
        }
    }
}
