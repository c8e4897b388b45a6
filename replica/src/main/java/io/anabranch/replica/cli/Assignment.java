package io.anabranch.replica.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import io.anabranch.crdt.Value;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code field=value}. A value that is a JSON number, true, false, null, or a JSON list or text in quotes is read as that; any other is
 * text as it stands, so {@code zip=01234} and {@code phone=555-0100} are text.
 */
record Assignment(String field, JsonNode value) {

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    static JsonNode value(String text) {
        if (text.isEmpty()) {
            return TextNode.valueOf("");
        }
        try {
            JsonNode node = JSON.readTree(text);
            return node == null || node.isObject() ? TextNode.valueOf(text) : node;
        } catch (JsonProcessingException e) {
            return TextNode.valueOf(text);
        }
    }

    /** An element of a set: a whole number or a truth value where the text is one, else text. */
    static Value element(String text) {
        JsonNode node = value(text);
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return Value.of(node.longValue());
        } else if (node.isNumber()) {
            return Value.of(node.doubleValue());
        } else if (node.isBoolean()) {
            return Value.of(node.booleanValue());
        }
        return Value.of(node.isTextual() ? node.textValue() : text);
    }

    /** Reads one. */
    static final class Converter implements ITypeConverter<Assignment> {

        @Override
        public Assignment convert(String text) {
            int equals = text.indexOf('=');
            if (equals < 1) {
                throw new TypeConversionException("'" + text + "' is not FIELD=VALUE");
            }
            return new Assignment(text.substring(0, equals), value(text.substring(equals + 1)));
        }
    }
}
