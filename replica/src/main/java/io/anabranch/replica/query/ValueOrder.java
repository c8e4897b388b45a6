package io.anabranch.replica.query;

import io.anabranch.crdt.Value;
import java.util.Comparator;
import java.util.OptionalInt;

/**
 * How values compare in queries. Unlike {@link Value}'s own order, numbers compare as numbers, exactly: no integer is rounded to
 * a floating point number. NaN equals itself and is greater than all other numbers.
 */
final class ValueOrder {

    /** A total order: truth values (false first), numbers, texts as UTF-8, bytes, then what this version does not know. */
    static final Comparator<Value> TOTAL = ValueOrder::compareTotally;

    private static final double LONG_END = 0x1p63;

    private ValueOrder() {}

    /** Negative, zero or positive; empty for values of types that do not compare, such as a text and a number. */
    static OptionalInt compare(Value left, Value right) {
        return rank(left) == rank(right) ? OptionalInt.of(compareAlike(left, right)) : OptionalInt.empty();
    }

    /** The same for values that compare as equal, and only for these. */
    static Value key(Value value) {
        if (value instanceof Value.Real real && compare((long) real.number(), real.number()) == 0) {
            return Value.of((long) real.number());
        }
        return value;
    }

    private static int compareTotally(Value left, Value right) {
        int byRank = Integer.compare(rank(left), rank(right));
        return byRank != 0 ? byRank : compareAlike(left, right);
    }

    private static int compareAlike(Value left, Value right) {
        if (left instanceof Value.Bool a && right instanceof Value.Bool b) {
            return Boolean.compare(a.bool(), b.bool());
        } else if (left instanceof Value.Whole a && right instanceof Value.Real b) {
            return compare(a.number(), b.number());
        } else if (left instanceof Value.Real a && right instanceof Value.Whole b) {
            return -compare(b.number(), a.number());
        } else if (left instanceof Value.Real a && right instanceof Value.Real b) {
            // Adding zero makes -0.0 equal to 0.0.
            return Double.compare(a.number() + 0.0, b.number() + 0.0);
        }
        return left.compareTo(right);
    }

    private static int compare(long whole, double real) {
        if (Double.isNaN(real) || real >= LONG_END) {
            return -1;
        } else if (real < -LONG_END) {
            return 1;
        }
        long truncated = (long) real;
        int byWhole = Long.compare(whole, truncated);
        return byWhole != 0 ? byWhole : Double.compare((double) truncated, real + 0.0);
    }

    private static int rank(Value value) {
        if (value instanceof Value.Bool) {
            return 0;
        } else if (value instanceof Value.Whole || value instanceof Value.Real) {
            return 1;
        } else if (value instanceof Value.Text) {
            return 2;
        }
        return value instanceof Value.Binary ? 3 : 4;
    }
}
