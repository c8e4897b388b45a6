package io.anabranch.replica.query;

import io.anabranch.crdt.FieldName;
import io.anabranch.crdt.Kind;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.Value;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What a condition or an order asks a record for. Immutable. */
sealed interface Operand {

    /** The values there: none where SQL has NULL, several for a field that holds several. */
    Collection<Value> values(Record record);

    /** The id of the record. */
    record Id() implements Operand {
        @Override
        public Collection<Value> values(Record record) {
            return List.of(Value.of(record.key().id()));
        }
    }

    /** A field, whatever its kind; of fields that share the name, the first kind in the order of {@link #values}. */
    final class Named implements Operand {

        private final String name;
        private final FieldName register;
        private final FieldName multi;
        private final FieldName counter;
        private final FieldName set;
        private final FieldName flag;

        Named(String name) {
            this.name = name;
            this.register = new FieldName(name, Kind.REGISTER);
            this.multi = new FieldName(name, Kind.MULTI);
            this.counter = new FieldName(name, Kind.COUNTER);
            this.set = new FieldName(name, Kind.SET);
            this.flag = new FieldName(name, Kind.FLAG);
        }

        @Override
        public Collection<Value> values(Record record) {
            if (has(record, register)) {
                Optional<Value> latest = record.value(name);
                return latest.isPresent() ? List.of(latest.get()) : List.of();
            } else if (has(record, multi)) {
                return record.values(name);
            } else if (has(record, counter)) {
                return List.of(Value.of(record.count(name)));
            } else if (has(record, set)) {
                return record.elements(name);
            }
            return has(record, flag) ? List.of(Value.of(true)) : List.of();
        }

        private static boolean has(Record record, FieldName fieldName) {
            return record.field(fieldName).isPresent();
        }
    }
}
