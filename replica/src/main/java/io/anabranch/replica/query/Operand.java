package io.anabranch.replica.query;

import io.anabranch.crdt.FieldName;
import io.anabranch.crdt.Kind;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.Value;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What a condition compares. Operands are equal when they say the same, and their text is {@link #text}. Immutable and
 * thread-safe.
 */
public sealed interface Operand {

    /** The values: none where SQL has NULL, several for a field or a parameter that holds several. */
    Collection<Value> values(Record record, Circumstances circumstances);

    /** Itself in the language of {@link Query}; reads back as an equal operand, see {@link Literal} for what does not. */
    default String text() {
        return ConditionText.of(this);
    }

    /** What a record itself holds. */
    sealed interface Stored extends Operand {
        /** The values in a record. */
        Collection<Value> values(Record record);

        @Override
        default Collection<Value> values(Record record, Circumstances circumstances) {
            return values(record);
        }
    }

    /** The id of the record. */
    record Id() implements Stored {
        @Override
        public Collection<Value> values(Record record) {
            return List.of(Value.of(record.key().id()));
        }

        @Override
        public String toString() {
            return text();
        }
    }

    /**
     * A field, whatever its kind. Of fields that share the name one counts: a register, else a multi-value, a counter, a set, a
     * flag.
     */
    final class Field implements Stored {

        private final String name;
        private final FieldName register;
        private final FieldName multi;
        private final FieldName counter;
        private final FieldName set;
        private final FieldName flag;

        /**
         * The field of a name.
         *
         * @param name 1 to {@link FieldName#LENGTH_MAX} characters
         */
        public Field(String name) {
            this.name = name;
            this.register = new FieldName(name, Kind.REGISTER);
            this.multi = new FieldName(name, Kind.MULTI);
            this.counter = new FieldName(name, Kind.COUNTER);
            this.set = new FieldName(name, Kind.SET);
            this.flag = new FieldName(name, Kind.FLAG);
        }

        /** Its name. */
        public String name() {
            return name;
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

        @Override
        public boolean equals(Object other) {
            return other instanceof Field that && name.equals(that.name);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }

        @Override
        public String toString() {
            return text();
        }

        private static boolean has(Record record, FieldName fieldName) {
            return record.field(fieldName).isPresent();
        }
    }

    /**
     * A value that is written out. Those that come from a text are texts, finite numbers and truth values; others are evaluated
     * like these, but their text does not read back.
     */
    record Literal(Value value) implements Operand {
        @Override
        public Collection<Value> values(Record record, Circumstances circumstances) {
            return List.of(value);
        }

        @Override
        public String toString() {
            return text();
        }
    }

    /**
     * What is known of whoever asks, such as {@code :user.territory}.
     *
     * @param name case-sensitive, letters, digits and underscores, the first no digit
     */
    record Parameter(Owner owner, String name) implements Operand {
        @Override
        public Collection<Value> values(Record record, Circumstances circumstances) {
            return circumstances.parameter(this);
        }

        @Override
        public String toString() {
            return text();
        }
    }

    /** Whose attribute a parameter is. */
    enum Owner {
        /** The user of the device. */
        USER,
        /** The device. */
        DEVICE
    }

    /** An instant that moves along with the clock, in milliseconds since 1970. */
    record Now(RelativeTime time) implements Operand {
        @Override
        public Collection<Value> values(Record record, Circumstances circumstances) {
            return List.of(Value.of(time.millis(circumstances.nowMillis(), circumstances.zone())));
        }

        @Override
        public String toString() {
            return text();
        }
    }

    /** What a function makes of other operands; see {@link Function} for what it does with several values and with none. */
    record Call(Function function, List<Operand> arguments) implements Operand {
        /** Copies the arguments and checks their number. */
        public Call {
            arguments = List.copyOf(arguments);
            if (!function.takes(arguments.size())) {
                throw new IllegalArgumentException("a function has too few or too many arguments: " + function);
            }
        }

        @Override
        public Collection<Value> values(Record record, Circumstances circumstances) {
            return function.values(arguments, record, circumstances);
        }

        @Override
        public String toString() {
            return text();
        }
    }
}
