package io.anabranch.replica.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.anabranch.crdt.Field;
import io.anabranch.crdt.Kind;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.Value;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/**
 * Writes records as JSON objects: {@code {"type":…,"id":…,"fields":{…}}}, the fields in the order of the UTF-8 bytes of their
 * names. Equal records give equal text. Thread-safe.
 *
 * <ul>
 *   <li>A register: its latest value. A text is a string, a {@link Value.Real} always has a point or an exponent and is as short
 *       as reads back the same ({@code 38.0}), bytes are {@code {"$base64":"…"}}, and NaN and the infinities, for which JSON
 *       has no number, are {@code {"$real":"NaN"}}.
 *   <li>A field of {@link Kind#MULTI}: its value, or {@code {"$multi":[…]}} with the latest first where several were written
 *       concurrently.
 *   <li>A counter: its sum. A set: a list of its elements in their order. A flag that is on: {@code true}.
 * </ul>
 *
 * <p>Left out are fields without content, kinds and types of values that this version does not know, and, of fields that share a name,
 * all but the first in the order of their kinds: such a record cannot come from one device, and its next write there clears it up.
 */
public final class RecordJson {

    private static final Set<Kind> WRITTEN = Set.of(Kind.REGISTER, Kind.MULTI, Kind.COUNTER, Kind.SET, Kind.FLAG);
    private static final JsonFactory JSON = new JsonFactory();

    private RecordJson() {}

    /**
     * The record as one line of JSON, without a line break.
     *
     * @throws IllegalArgumentException if the record is not alive
     */
    public static String line(Record record) {
        StringWriter line = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(line)) {
            write(record, json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return line.toString();
    }

    /**
     * Writes the record as one object.
     *
     * @throws IllegalArgumentException if the record is not alive; nothing is written
     * @throws IOException if the generator's output fails
     */
    public static void write(Record record, JsonGenerator json) throws IOException {
        if (!record.alive()) {
            throw new IllegalArgumentException("only a record that is alive is written: " + record.key());
        }
        json.writeStartObject();
        json.writeStringField("type", record.key().type());
        json.writeStringField("id", record.key().id());
        json.writeObjectFieldStart("fields");
        writeFields(record, json);
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void writeFields(Record record, JsonGenerator json) throws IOException {
        String written = "";
        for (Field field : record.fields()) {
            String name = field.name().name();
            if (WRITTEN.contains(field.name().kind()) && !name.equals(written) && writeField(record, field, json)) {
                written = name;
            }
        }
    }

    private static boolean writeField(Record record, Field field, JsonGenerator json) throws IOException {
        String name = field.name().name();
        Kind kind = field.name().kind();
        if (kind.equals(Kind.REGISTER)) {
            Optional<Value> value = record.value(name).filter(RecordJson::isKnown);
            return value.isPresent() && writeValue(name, value.get(), json);
        } else if (kind.equals(Kind.MULTI)) {
            return writeMulti(
                    name,
                    record.values(name).stream().filter(RecordJson::isKnown).toList(),
                    json);
        } else if (kind.equals(Kind.COUNTER)) {
            json.writeNumberField(name, record.count(name));
        } else if (kind.equals(Kind.SET)) {
            json.writeFieldName(name);
            writeList(record.elements(name), json);
        } else {
            json.writeBooleanField(name, true);
        }
        return true;
    }

    private static boolean writeMulti(String name, Collection<Value> values, JsonGenerator json) throws IOException {
        if (values.size() > 1) {
            json.writeObjectFieldStart(name);
            json.writeFieldName("$multi");
            writeList(values, json);
            json.writeEndObject();
            return true;
        }
        return !values.isEmpty() && writeValue(name, values.iterator().next(), json);
    }

    private static void writeList(Collection<Value> values, JsonGenerator json) throws IOException {
        json.writeStartArray();
        for (Value value : values) {
            if (isKnown(value)) {
                write(value, json);
            }
        }
        json.writeEndArray();
    }

    private static boolean writeValue(String name, Value value, JsonGenerator json) throws IOException {
        json.writeFieldName(name);
        write(value, json);
        return true;
    }

    private static void write(Value value, JsonGenerator json) throws IOException {
        if (value instanceof Value.Text text) {
            json.writeString(text.text());
        } else if (value instanceof Value.Whole whole) {
            json.writeNumber(whole.number());
        } else if (value instanceof Value.Bool bool) {
            json.writeBoolean(bool.bool());
        } else if (value instanceof Value.Binary binary) {
            writeSpecial("$base64", Base64.getEncoder().encodeToString(binary.bytes()), json);
        } else if (value instanceof Value.Real real && Double.isFinite(real.number())) {
            json.writeNumber(real.number());
        } else {
            writeSpecial("$real", value.toString(), json);
        }
    }

    private static void writeSpecial(String name, String text, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField(name, text);
        json.writeEndObject();
    }

    private static boolean isKnown(Value value) {
        return !(value instanceof Value.Opaque);
    }
}
