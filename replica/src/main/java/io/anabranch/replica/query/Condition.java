package io.anabranch.replica.query;

import io.anabranch.crdt.Record;
import java.util.List;

/** What a query demands of a record, as a tree. Immutable. */
sealed interface Condition {

    /** Whether it holds for a record. */
    Truth of(Record record);

    /** All of several hold; true if there are none. */
    record All(List<Condition> parts) implements Condition {
        public All {
            parts = List.copyOf(parts);
        }

        @Override
        public Truth of(Record record) {
            Truth truth = Truth.TRUE;
            for (Condition part : parts) {
                truth = truth.and(part.of(record));
                if (truth == Truth.FALSE) {
                    break;
                }
            }
            return truth;
        }
    }

    /** At least one of several holds. */
    record Any(List<Condition> parts) implements Condition {
        public Any {
            parts = List.copyOf(parts);
        }

        @Override
        public Truth of(Record record) {
            Truth truth = Truth.FALSE;
            for (Condition part : parts) {
                truth = truth.or(part.of(record));
                if (truth == Truth.TRUE) {
                    break;
                }
            }
            return truth;
        }
    }

    /** Another one does not hold. */
    record Not(Condition part) implements Condition {
        @Override
        public Truth of(Record record) {
            return part.of(record).not();
        }
    }

    /** The record has no value there. Never unknown. */
    record Missing(Operand operand) implements Condition {
        @Override
        public Truth of(Record record) {
            return Truth.of(operand.values(record).isEmpty());
        }
    }

    /** A value there passes a test; unknown if there is no value. */
    record Holds(Operand operand, ValueTest test) implements Condition {
        @Override
        public Truth of(Record record) {
            var values = operand.values(record);
            if (values.isEmpty()) {
                return Truth.UNKNOWN;
            }
            Truth truth = Truth.FALSE;
            for (var value : values) {
                truth = truth.or(test.of(value));
            }
            return truth;
        }
    }
}
