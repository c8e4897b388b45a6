package io.anabranch.replica.query;

import io.anabranch.crdt.Value;
import java.util.OptionalInt;

/** How one value may stand to another. There is no "unequal": it is the negation of {@link #EQUAL}. */
public enum Relation {
    /** Is the same; an integer may equal a floating point number. */
    EQUAL("="),
    /** Comes before. */
    LESS("<"),
    /** Does not come after. */
    LESS_OR_EQUAL("<="),
    /** Comes after. */
    GREATER(">"),
    /** Does not come before. */
    GREATER_OR_EQUAL(">=");

    private final String sign;

    Relation(String sign) {
        this.sign = sign;
    }

    /**
     * What stands for a value where values are looked up, as in an index: two values have equal keys if and only if they are
     * {@link #EQUAL}. Integers and floating point numbers that are equal have one.
     */
    public static Value key(Value value) {
        return ValueOrder.key(value);
    }

    /** Whether values stand so; unknown for values of types that do not compare, such as a text and a number. */
    public Truth of(Value left, Value right) {
        OptionalInt order = ValueOrder.compare(left, right);
        return order.isPresent() ? Truth.of(holds(order.getAsInt())) : Truth.UNKNOWN;
    }

    /** The relation with its sides exchanged: {@code a < b} is {@code b > a}. */
    public Relation exchanged() {
        return switch (this) {
            case EQUAL -> EQUAL;
            case LESS -> GREATER;
            case LESS_OR_EQUAL -> GREATER_OR_EQUAL;
            case GREATER -> LESS;
            case GREATER_OR_EQUAL -> LESS_OR_EQUAL;
        };
    }

    /** Its sign. */
    public String sign() {
        return sign;
    }

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
