package io.anabranch.replica.query;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.Value;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;

/**
 * What is demanded of a record, as a tree; {@link Query} describes the language of its text. Conditions are equal when their trees
 * are. Immutable and thread-safe.
 *
 * <pre>{@code
 * Condition condition = Condition.parse("territory IN (:user.territories) AND visited > :now - 90 DAYS");
 * Truth truth = condition.of(record, circumstances);
 * }</pre>
 *
 * <p>A test of several values, of a set or of concurrent ones, is true if it is true of one of them: of {@code topics = 'x'}
 * one must be equal, of {@code NOT topics = 'x'} none. So a negation must stay where it is: {@code NOT a < 1} is not
 * {@code a >= 1}. A test of an operand without values is unknown.
 */
public sealed interface Condition {

    /**
     * Reads a condition. Costs some 0.1 ms; keep the result where it is used more than once.
     *
     * @param text as {@link Query} says, without ORDER BY and what follows it; blank for one that always holds
     * @throws QueryException if the text is not in the language; it says where and why
     */
    static Condition parse(String text) {
        return new QueryParser(text).parseCondition();
    }

    /** Whether it holds for a record. Whether the record is alive is not looked at. */
    Truth of(Record record, Circumstances circumstances);

    /** Itself in the language; reads back as an equal condition. */
    default String text() {
        return ConditionText.of(this);
    }

    /**
     * The next instant, after now, at which the clock alone could change whether it holds for a record: exact or earlier, never later,
     * and empty if never. Other records are taken as they are, but for their own time.
     */
    default OptionalLong nextFlip(Record record, Circumstances circumstances) {
        return new FlipSearch(circumstances).next(this, record);
    }

    /** A condition that holds where all of several do: the only one, or always if there are none. */
    static Condition all(List<Condition> parts) {
        return parts.isEmpty() ? new Constant(Truth.TRUE) : parts.size() == 1 ? parts.get(0) : new All(parts);
    }

    /** A condition that holds where one of several does: the only one, or never if there are none. */
    static Condition any(List<Condition> parts) {
        return parts.isEmpty() ? new Constant(Truth.FALSE) : parts.size() == 1 ? parts.get(0) : new Any(parts);
    }

    /** All of several hold. */
    record All(List<Condition> parts) implements Condition {
        /** Takes the parts of those that are of this type themselves in their place; there must be two or more. */
        public All {
            parts = Some.flat(parts, All.class, All::parts);
        }

        @Override
        public Truth of(Record record, Circumstances circumstances) {
            Truth truth = Truth.TRUE;
            for (Condition part : parts) {
                truth = truth.and(part.of(record, circumstances));
                if (truth == Truth.FALSE) {
                    break;
                }
            }
            return truth;
        }

        @Override
        public String toString() {
            return text();
        }
    }

    /** At least one of several holds. */
    record Any(List<Condition> parts) implements Condition {
        /** Takes the parts of those that are of this type themselves in their place; there must be two or more. */
        public Any {
            parts = Some.flat(parts, Any.class, Any::parts);
        }

        @Override
        public Truth of(Record record, Circumstances circumstances) {
            Truth truth = Truth.FALSE;
            for (Condition part : parts) {
                truth = truth.or(part.of(record, circumstances));
                if (truth == Truth.TRUE) {
                    break;
                }
            }
            return truth;
        }

        @Override
        public String toString() {
            return text();
        }
    }

    /** Another one does not hold. */
    record Not(Condition part) implements Condition {
        @Override
        public Truth of(Record record, Circumstances circumstances) {
            return part.of(record, circumstances).not();
        }

        @Override
        public String toString() {
            return text();
        }
    }

    /** Always the same: TRUE, FALSE, or NULL for unknown. */
    record Constant(Truth truth) implements Condition {
        @Override
        public Truth of(Record record, Circumstances circumstances) {
            return truth;
        }

        @Override
        public String toString() {
            return text();
        }
    }

    /** There is no value. Never unknown. */
    record Missing(Operand operand) implements Condition {
        @Override
        public Truth of(Record record, Circumstances circumstances) {
            return Truth.of(operand.values(record, circumstances).isEmpty());
        }

        @Override
        public String toString() {
            return text();
        }
    }

    /** One operand stands so to another. */
    record Compares(Operand left, Relation relation, Operand right) implements Condition {
        @Override
        public Truth of(Record record, Circumstances circumstances) {
            Collection<Value> rights = right.values(record, circumstances);
            return Some.of(left.values(record, circumstances), value -> Some.of(rights, relation, value));
        }

        @Override
        public String toString() {
            return text();
        }
    }

    /** Equals one of some options, of which a field or parameter contributes all its values. */
    record Among(Operand operand, List<Operand> options) implements Condition {
        /** Copies the options; there must be one. */
        public Among {
            options = List.copyOf(options);
            if (options.isEmpty()) {
                throw new IllegalArgumentException("a condition has no options: " + operand);
            }
        }

        @Override
        public Truth of(Record record, Circumstances circumstances) {
            Collection<Value> values = operand.values(record, circumstances);
            Truth truth = values.isEmpty() ? Truth.UNKNOWN : Truth.FALSE;
            for (int i = 0; i < options.size() && truth != Truth.TRUE && !values.isEmpty(); i++) {
                Collection<Value> option = options.get(i).values(record, circumstances);
                truth = truth.or(Some.of(values, value -> Some.of(option, Relation.EQUAL, value)));
            }
            return truth;
        }

        @Override
        public String toString() {
            return text();
        }
    }

    /** Lies between two operands, both included. */
    record Within(Operand operand, Operand least, Operand greatest) implements Condition {
        @Override
        public Truth of(Record record, Circumstances circumstances) {
            Collection<Value> lows = least.values(record, circumstances);
            Collection<Value> highs = greatest.values(record, circumstances);
            return Some.of(
                    operand.values(record, circumstances),
                    value -> Some.of(lows, Relation.GREATER_OR_EQUAL, value)
                            .and(Some.of(highs, Relation.LESS_OR_EQUAL, value)));
        }

        @Override
        public String toString() {
            return text();
        }
    }

    /**
     * Looks like a pattern: {@code %} stands for any text, {@code _} for one character. Unknown for what is no text,
     * and for patterns of more than {@value LikePattern#PATTERN_LENGTH_MAX} characters.
     *
     * @param escape the character that makes the one after it stand for itself, empty for none
     */
    record Resembles(Operand operand, Operand pattern, String escape) implements Condition {
        /** Checks the escape character. */
        public Resembles {
            if (escape.codePointCount(0, escape.length()) > 1) {
                throw new IllegalArgumentException("an escape is one character: " + escape);
            }
        }

        @Override
        public Truth of(Record record, Circumstances circumstances) {
            Collection<Value> patterns = pattern.values(record, circumstances);
            return Some.of(
                    operand.values(record, circumstances),
                    value -> Some.of(patterns, candidate -> LikePattern.resembles(value, candidate, escape)));
        }

        @Override
        public String toString() {
            return text();
        }
    }

    /** Equals a value that a sub-query selects. */
    record AmongSelected(Operand operand, Selection selection) implements Condition {
        @Override
        public Truth of(Record record, Circumstances circumstances) {
            return Some.of(
                    operand.values(record, circumstances), value -> Truth.of(circumstances.selects(selection, value)));
        }

        @Override
        public String toString() {
            return text();
        }
    }
}
