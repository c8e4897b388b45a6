package io.anabranch.replica.schema;

import io.anabranch.crdt.Kind;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.Value;

/** The values that a device writes into the records it makes. */
public final class Defaults {

    private Defaults() {}

    /**
     * Adds to an edit the default of each field that it leaves without a value.
     *
     * @param type the record's type
     * @param written the edit so far, as {@link RecordEdit#build} gives it; nothing is added unless it {@linkplain Record#creates creates}
     * @param edit the same edit, which takes the values
     */
    public static void write(ObjectType type, Record written, RecordEdit edit) {
        if (!written.creates()) {
            return;
        }
        for (FieldType field : type.fields()) {
            boolean isWritten = written.fields().stream()
                    .anyMatch(held -> held.name().name().equals(field.name()));
            if (!isWritten && field.kind().isPresent()) {
                field.options()
                        .defaultValue()
                        .ifPresent(value -> write(field, field.kind().get(), value, edit));
            }
        }
    }

    private static void write(FieldType field, Kind kind, Value value, RecordEdit edit) {
        if (kind.equals(Kind.REGISTER)) {
            edit.set(field.name(), value);
        } else if (kind.equals(Kind.MULTI)) {
            edit.setMulti(field.name(), value);
        } else if (kind.equals(Kind.SET)) {
            edit.add(field.name(), value);
        } else if (kind.equals(Kind.FLAG) && value.equals(Value.of(true))) {
            edit.enable(field.name());
        } else if (kind.equals(Kind.COUNTER) && value instanceof Value.Whole amount) {
            edit.increment(field.name(), amount.number());
        }
    }
}
