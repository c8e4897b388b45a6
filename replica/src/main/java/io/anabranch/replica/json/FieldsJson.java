package io.anabranch.replica.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.crdt.Field;
import io.anabranch.crdt.FieldName;
import io.anabranch.crdt.Kind;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.Value;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a JSON object of fields as changes of a record. Fields that the object does not name stay as they are.
 *
 * <p>A field that already is as the object says is not written, so applying an object twice, or what {@link RecordJson} wrote of the
 * record, makes no commit and no needless conflict. A register that holds several concurrent values is written even if the
 * latest is the same: that settles the conflict.
 *
 * <pre>{@code
 * FieldsJson.apply(fields, builder.view(key), builder.edit(key));
 * }</pre>
 */
public final class FieldsJson {

    private final Record view;
    private final RecordEdit edit;

    private FieldsJson(Record view, RecordEdit edit) {
        this.view = view;
        this.edit = edit;
    }

    /**
     * Adds to an edit what makes the record's fields those of an object:
     *
     * <ul>
     *   <li>a string, number or boolean sets a register; an integer becomes a {@link Value.Whole}, one of more than 64 bits and a
     *       number with a point or exponent a {@link Value.Real}; {@code {"$base64":"…"}} is bytes. Where the record holds
     *       a counter, an integer sets the counter, by an increment of the difference; where it holds a flag, {@code true}
     *       keeps it and {@code false} turns it off;
     *   <li>{@code null} and {@code []} clear the field, a counter to 0;
     *   <li>a list of scalars makes the field a set of just these elements: adds those that are missing, removes the others.
     * </ul>
     *
     * A record that does not exist is created, even by an object without fields.
     *
     * @param fields names to values
     * @param view the record as the edit sees it; the edit has no other changes of these fields yet
     * @param edit takes the changes; if an exception is thrown it has some of them and is to be dropped
     * @throws InvalidFieldException if a name is empty or too long, or a value is an object or a list of other things than
     *     scalars
     */
    public static void apply(ObjectNode fields, Record view, RecordEdit edit) {
        Record seen = view.alive() ? view : Record.empty(view.key());
        if (!view.alive()) {
            edit.create();
        }
        FieldsJson changes = new FieldsJson(seen, edit);
        fields.properties().forEach(field -> changes.apply(name(field.getKey()), field.getValue()));
    }

    private void apply(String name, JsonNode value) {
        List<Field> held = view.fields().stream()
                .filter(field -> field.name().name().equals(name))
                .toList();
        if (value.isNull() || (value.isArray() && value.isEmpty())) {
            clear(name, held);
        } else if (value.isArray()) {
            set(name, value, held);
        } else {
            write(name, value(name, value), held);
        }
    }

    private void clear(String name, List<Field> held) {
        if (held.stream().anyMatch(field -> !isZero(field))) {
            edit.clear(name);
        }
    }

    private void set(String name, JsonNode list, List<Field> held) {
        Set<Value> wanted = new HashSet<>();
        list.forEach(element -> wanted.add(value(name, element)));
        boolean onlySet = held.stream().allMatch(field -> field.name().kind().equals(Kind.SET));
        Set<Value> present = view.elements(name);
        for (Value element : wanted) {
            // Adding also clears what the field holds under other kinds.
            if (!onlySet || !present.contains(element)) {
                edit.add(name, element);
            }
        }
        present.stream().filter(element -> !wanted.contains(element)).forEach(element -> edit.remove(name, element));
    }

    private void write(String name, Value value, List<Field> held) {
        Optional<Kind> kind = held.size() == 1 ? Optional.of(held.get(0).name().kind()) : Optional.empty();
        if (kind.isPresent() && kind.get().equals(Kind.COUNTER) && value instanceof Value.Whole total) {
            long difference = total.number() - view.count(name);
            if (difference != 0) {
                edit.increment(name, difference);
            }
        } else if (kind.isPresent() && kind.get().equals(Kind.FLAG) && value instanceof Value.Bool on) {
            if (!on.bool()) {
                edit.disable(name);
            }
        } else if (kind.isPresent() && kind.get().equals(Kind.MULTI)) {
            if (!view.values(name).equals(List.of(value))) {
                edit.setMulti(name, value);
            }
        } else if (!isJust(value, held)) {
            edit.set(name, value);
        }
    }

    private boolean isJust(Value value, List<Field> held) {
        return held.size() == 1
                && held.get(0).name().kind().equals(Kind.REGISTER)
                && held.get(0).entries().size() == 1
                && value.equals(held.get(0).entries().get(0).value());
    }

    private boolean isZero(Field field) {
        return field.name().kind().equals(Kind.COUNTER)
                && view.count(field.name().name()) == 0;
    }

    private static Value value(String name, JsonNode node) {
        if (node.isTextual()) {
            return text(name, node.textValue());
        } else if (node.isBoolean()) {
            return Value.of(node.booleanValue());
        } else if (node.isIntegralNumber() && node.canConvertToLong()) {
            return Value.of(node.longValue());
        } else if (node.isNumber() && Double.isFinite(node.doubleValue())) {
            return Value.of(node.doubleValue());
        } else if (node.isNumber()) {
            throw new InvalidFieldException("a number is out of the range of 64-bit floating point", name);
        } else if (node.isObject() && node.size() == 1 && node.path("$base64").isTextual()) {
            return bytes(name, node.path("$base64").textValue());
        }
        throw new InvalidFieldException(
                "a field's value is a string, number, boolean, null or a list of strings, numbers and booleans", name);
    }

    private static Value text(String name, String text) {
        try {
            return Value.of(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidFieldException("a text has half of a surrogate pair", name);
        }
    }

    private static Value bytes(String name, String base64) {
        try {
            return Value.of(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            throw new InvalidFieldException("bytes are not in base64", name);
        }
    }

    private static String name(String name) {
        try {
            return new FieldName(name, Kind.REGISTER).name();
        } catch (IllegalArgumentException e) {
            throw new InvalidFieldException("a field's name is empty, too long or not well-formed", name);
        }
    }
}
