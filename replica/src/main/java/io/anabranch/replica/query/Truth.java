package io.anabranch.replica.query;

/** The three truth values of SQL: a condition on what is not there is neither true nor false. In ascending order. */
public enum Truth {
    /** Does not hold. */
    FALSE,
    /** Neither holds nor does not. */
    UNKNOWN,
    /** Holds. */
    TRUE;

    /** That of Java's. */
    public static Truth of(boolean bool) {
        return bool ? TRUE : FALSE;
    }

    /** The lesser. */
    public Truth and(Truth other) {
        return compareTo(other) <= 0 ? this : other;
    }

    /** The greater. */
    public Truth or(Truth other) {
        return compareTo(other) >= 0 ? this : other;
    }

    /** The opposite; unknown stays. */
    public Truth not() {
        return switch (this) {
            case FALSE -> TRUE;
            case UNKNOWN -> UNKNOWN;
            case TRUE -> FALSE;
        };
    }
}
