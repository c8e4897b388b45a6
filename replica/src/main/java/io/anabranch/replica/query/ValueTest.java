package io.anabranch.replica.query;

import io.anabranch.crdt.Value;
import java.util.List;
import java.util.OptionalInt;

/** What a condition asks of one value. Unknown for a value of a type that the test does not speak of. Immutable. */
sealed interface ValueTest {

    /** Whether the value passes. */
    Truth of(Value value);

    /** How a value may stand to a literal. */
    enum Relation {
        EQUAL,
        LESS,
        LESS_OR_EQUAL,
        GREATER,
        GREATER_OR_EQUAL;

        private boolean holds(int order) {
            return switch (this) {
                case EQUAL -> order == 0;
                case LESS -> order < 0;
                case LESS_OR_EQUAL -> order <= 0;
                case GREATER -> order > 0;
                case GREATER_OR_EQUAL -> order >= 0;
            };
        }
    }

    /** Stands so to a literal. */
    record Compares(Relation relation, Value literal) implements ValueTest {
        @Override
        public Truth of(Value value) {
            OptionalInt order = ValueOrder.compare(value, literal);
            return order.isPresent() ? Truth.of(relation.holds(order.getAsInt())) : Truth.UNKNOWN;
        }
    }

    /** Equals one of some literals. */
    record Among(List<Value> literals) implements ValueTest {
        public Among {
            literals = List.copyOf(literals);
        }

        @Override
        public Truth of(Value value) {
            Truth truth = Truth.FALSE;
            for (Value literal : literals) {
                OptionalInt order = ValueOrder.compare(value, literal);
                truth = truth.or(order.isPresent() ? Truth.of(order.getAsInt() == 0) : Truth.UNKNOWN);
            }
            return truth;
        }
    }

    /** Lies between two literals, both included. */
    record Within(Value least, Value greatest) implements ValueTest {
        @Override
        public Truth of(Value value) {
            Truth above = new Compares(Relation.GREATER_OR_EQUAL, least).of(value);
            return above.and(new Compares(Relation.LESS_OR_EQUAL, greatest).of(value));
        }
    }

    /** Is a text that looks like a pattern. */
    record Resembles(LikePattern pattern) implements ValueTest {
        @Override
        public Truth of(Value value) {
            return value instanceof Value.Text text ? Truth.of(pattern.matches(text.text())) : Truth.UNKNOWN;
        }
    }
}
