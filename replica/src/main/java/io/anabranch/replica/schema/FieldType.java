package io.anabranch.replica.schema;

import io.anabranch.crdt.Kind;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A field of an object type: what it may hold. Immutable.
 *
 * @param name the field's name
 * @param kind how concurrent changes of it come together; empty for one that this version does not know
 * @param content what values it takes
 * @param limits how long its values may be
 * @param picklist the values of a {@link Content#PICKLIST}
 * @param reference the type that a {@link Content#REFERENCE} refers to, otherwise empty
 * @param options the rest
 */
public record FieldType(
        String name,
        Optional<Kind> kind,
        Content content,
        Limits limits,
        Picklist picklist,
        String reference,
        Options options) {

    /** Whether a value is one that the field takes; references are not followed. */
    public boolean accepts(Value value) {
        Kind of = kind.orElse(Kind.REGISTER);
        if (of.equals(Kind.FLAG)) {
            return value instanceof Value.Bool;
        } else if (of.equals(Kind.COUNTER)) {
            return value instanceof Value.Whole;
        }
        return new ValueCheck(this).check(new RecordKey("type", "id"), value, "") == null;
    }

    /**
     * How long values may be; 0 is no limit but the framework's own.
     *
     * @param length characters of a text, as code points; bytes of bytes
     * @param precision digits of a number, those after the point included
     * @param scale digits after the point, only looked at where there is a precision
     */
    public record Limits(int length, int precision, int scale) {

        /** No limits. */
        public static final Limits NONE = new Limits(0, 0, 0);
    }

    /**
     * The values of a picklist.
     *
     * @param values all of them, in the order to show
     * @param valuesFor those that a record type allows; record types that are not named allow all
     */
    public record Picklist(List<String> values, Map<String, List<String>> valuesFor) {

        /** No values. */
        public static final Picklist NONE = new Picklist(List.of(), Map.of());

        /** Copies the lists. */
        public Picklist {
            values = List.copyOf(values);
            valuesFor = Map.copyOf(valuesFor);
        }

        /** The values that records of a record type may have. */
        public List<String> valuesOf(String recordType) {
            return valuesFor.getOrDefault(recordType, values);
        }
    }

    /**
     * What else is asked of a field.
     *
     * @param required whether a record must have a value of it
     * @param unique whether no two living records of the type may have the same value
     * @param readOnly whether devices may not write it but when they create the record
     * @param indexed whether devices keep an index of it
     * @param mayDangle whether a reference may be to a record that does not exist
     * @param defaultValue what a device writes into a new record that lacks a value; empty for nothing
     * @param label what people call it; empty for its name
     */
    public record Options(
            boolean required,
            boolean unique,
            boolean readOnly,
            boolean indexed,
            boolean mayDangle,
            Optional<Value> defaultValue,
            String label) {

        /** Nothing is asked. */
        public static final Options NONE = new Options(false, false, false, false, false, Optional.empty(), "");
    }
}
