package io.anabranch.relay.declaration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.relay.configuration.Suggestion;
import io.anabranch.relay.declaration.DeclarationException.Fault;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Makes JSON of a tree that has a shape, and notes where each part stands; what does not fit is a fault and left out. */
final class ShapeReader {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]{1,30}");
    private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9]{1,30}(\\.[0-9]{0,30})?([eE][-+]?[0-9]{1,3})?");

    private final List<Fault> faults = new ArrayList<>();
    private final Map<List<String>, Yaml> places = new HashMap<>();
    private final Map<List<String>, Yaml.Scalar> names = new HashMap<>();

    List<Fault> faults() {
        return faults;
    }

    /** The nodes of the parts, by path. */
    Map<List<String>, Yaml> places() {
        return places;
    }

    /** The names of the parts, by path. */
    Map<List<String>, Yaml.Scalar> names() {
        return names;
    }

    JsonNode read(Yaml node, Shape shape, List<String> path) {
        places.put(path, node);
        if (shape instanceof Shape.ListOf list) {
            return list(node, list, path);
        } else if (shape instanceof Shape.Named named) {
            return named(node, named, path);
        } else if (shape instanceof Shape.Keys keys) {
            return keys(node, keys, path);
        } else if (node instanceof Yaml.Scalar scalar) {
            return scalar(scalar, shape);
        }
        return fault(node, "here stands " + expected(shape));
    }

    private JsonNode list(Yaml node, Shape.ListOf shape, List<String> path) {
        ArrayNode items = JSON.arrayNode();
        List<Yaml> found = node instanceof Yaml.Sequence sequence ? sequence.items() : List.of(node);
        for (Yaml item : found) {
            JsonNode json = read(item, shape.item(), path);
            if (!json.isMissingNode()) {
                items.add(json);
            }
        }
        places.put(path, node);
        return items;
    }

    private JsonNode named(Yaml node, Shape.Named shape, List<String> path) {
        if (node instanceof Yaml.Scalar scalar && scalar.isNull()) {
            return JSON.objectNode();
        } else if (!(node instanceof Yaml.Mapping)) {
            return fault(node, "here stand names, each with what is under it");
        }
        ObjectNode json = JSON.objectNode();
        for (Yaml.Entry entry : ((Yaml.Mapping) node).entries()) {
            String name = entry.key().text();
            if (name.isBlank()) {
                fault(entry.key(), "a name is missing");
            } else if (json.has(name)) {
                fault(entry.key(), "this name is here twice: " + name);
            } else {
                put(json, entry, shape.value(), path);
            }
        }
        return json;
    }

    private JsonNode keys(Yaml node, Shape.Keys shape, List<String> path) {
        if (node instanceof Yaml.Scalar scalar) {
            return shorthand(scalar, shape, path);
        } else if (!(node instanceof Yaml.Mapping)) {
            return fault(
                    node, "here stand keys: " + String.join(", ", shape.keys().keySet()));
        }
        ObjectNode json = JSON.objectNode();
        for (Yaml.Entry entry : ((Yaml.Mapping) node).entries()) {
            String key = entry.key().text();
            Shape value = shape.keys().get(key);
            if (value == null) {
                fault(
                        entry.key(),
                        "this key is not known: " + key + "; "
                                + Suggestion.among(shape.keys().keySet(), key));
            } else if (json.has(key)) {
                fault(entry.key(), "this key is here twice: " + key);
            } else {
                put(json, entry, value, path);
            }
        }
        return json;
    }

    private void put(ObjectNode json, Yaml.Entry entry, Shape shape, List<String> path) {
        String name = entry.key().text();
        List<String> own = new ArrayList<>(path);
        own.add(name);
        names.put(own, entry.key());
        JsonNode value = read(entry.value(), shape, own);
        if (!value.isMissingNode()) {
            json.set(name, value);
        }
    }

    private JsonNode shorthand(Yaml.Scalar scalar, Shape.Keys shape, List<String> path) {
        ObjectNode json = JSON.objectNode();
        if (scalar.isNull()) {
            return json;
        }
        Shape value = shape.keys().get(shape.shorthand());
        if (value == null) {
            return fault(
                    scalar, "here stand keys: " + String.join(", ", shape.keys().keySet()));
        }
        List<String> own = new ArrayList<>(path);
        own.add(shape.shorthand());
        JsonNode read = read(scalar, value, own);
        return read.isMissingNode() ? read : json.set(shape.shorthand(), read);
    }

    private JsonNode scalar(Yaml.Scalar scalar, Shape shape) {
        if (scalar.isNull() && !(shape instanceof Shape.Text)) {
            return fault(scalar, "here stands " + expected(shape) + ", or leave the key out");
        } else if (shape instanceof Shape.Choice choice && !choice.words().contains(scalar.text())) {
            return fault(
                    scalar,
                    "this is not one of the words for here: " + scalar.text() + "; "
                            + Suggestion.among(choice.words(), scalar.text()));
        } else if (shape instanceof Shape.Text || shape instanceof Shape.Choice) {
            return JSON.textNode(scalar.isNull() ? "" : scalar.text());
        }
        JsonNode value = value(scalar);
        boolean fits = shape instanceof Shape.Bool
                ? value.isBoolean()
                : !(shape instanceof Shape.Count count) || (value.isInt() && value.intValue() >= count.least());
        return fits ? value : fault(scalar, "here stands " + expected(shape));
    }

    private static JsonNode value(Yaml.Scalar scalar) {
        String text = scalar.text();
        if (!scalar.plain()) {
            return JSON.textNode(text);
        } else if (text.equals("true") || text.equals("false")) {
            return JSON.booleanNode(text.equals("true"));
        } else if (WHOLE.matcher(text).matches() && new BigInteger(text).bitLength() < Long.SIZE) {
            long number = Long.parseLong(text);
            return number == (int) number ? JSON.numberNode((int) number) : JSON.numberNode(number);
        } else if (NUMBER.matcher(text).matches() && Double.isFinite(new BigDecimal(text).doubleValue())) {
            return JSON.numberNode(Double.parseDouble(text));
        }
        return JSON.textNode(text);
    }

    private static String expected(Shape shape) {
        if (shape instanceof Shape.Bool) {
            return "true or false";
        } else if (shape instanceof Shape.Count count) {
            return "a whole number from " + count.least();
        } else if (shape instanceof Shape.Choice choice) {
            return "one of " + String.join(", ", choice.words());
        }
        return shape instanceof Shape.Text ? "a text" : "a text, a number, true or false";
    }

    private JsonNode fault(Yaml node, String text) {
        faults.add(new Fault(node.place(), text));
        return MissingNode.getInstance();
    }
}
