package io.anabranch.replica.query;

import io.anabranch.crdt.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import org.jspecify.annotations.Nullable;

/** The functions of numbers; null for what they make nothing of. Integers stay integers, with a floating point number all become so. */
final class NumberFunctions {

    private static final int DECIMALS_MAX = 15;

    private NumberFunctions() {}

    static @Nullable Value absolute(Value value) {
        if (value instanceof Value.Whole whole) {
            return whole(BigInteger.valueOf(whole.number()).abs());
        }
        return value instanceof Value.Real real ? real(Math.abs(real.number())) : null;
    }

    static @Nullable Value rounded(List<Value> arguments) {
        Value decimals = arguments.size() > 1 ? arguments.get(1) : Value.of(0);
        if (!(decimals instanceof Value.Whole places) || Math.abs(places.number()) > DECIMALS_MAX) {
            return null;
        }
        int scale = (int) places.number();
        if (arguments.get(0) instanceof Value.Whole whole) {
            return whole(scaled(BigDecimal.valueOf(whole.number()), Math.min(scale, 0))
                    .toBigInteger());
        } else if (arguments.get(0) instanceof Value.Real real && Double.isFinite(real.number())) {
            return real(scaled(BigDecimal.valueOf(real.number()), scale).doubleValue());
        }
        return null;
    }

    static @Nullable Value sum(Value left, Value right) {
        return both(left, right, BigInteger::add, Double::sum);
    }

    static @Nullable Value difference(Value left, Value right) {
        return both(left, right, BigInteger::subtract, (a, b) -> a - b);
    }

    static @Nullable Value product(Value left, Value right) {
        return both(left, right, BigInteger::multiply, (a, b) -> a * b);
    }

    static @Nullable Value quotient(Value left, Value right) {
        boolean byZero = right instanceof Value.Whole whole && whole.number() == 0;
        return byZero ? null : both(left, right, BigInteger::divide, (a, b) -> a / b);
    }

    private static @Nullable Value both(
            Value left, Value right, BinaryOperator<BigInteger> ofWholes, DoubleBinaryOperator ofReals) {
        if (left instanceof Value.Whole a && right instanceof Value.Whole b) {
            return whole(ofWholes.apply(BigInteger.valueOf(a.number()), BigInteger.valueOf(b.number())));
        }
        Double a = number(left);
        Double b = number(right);
        return a == null || b == null ? null : real(ofReals.applyAsDouble(a, b));
    }

    private static @Nullable Double number(Value value) {
        if (value instanceof Value.Whole whole) {
            return (double) whole.number();
        }
        return value instanceof Value.Real real ? (Double) real.number() : null;
    }

    private static BigDecimal scaled(BigDecimal number, int scale) {
        // Beyond its own precision a number is rounded already, and huge ones would become long.
        return number.scale() <= scale ? number : number.setScale(scale, RoundingMode.HALF_UP);
    }

    private static @Nullable Value whole(BigInteger number) {
        return number.bitLength() < Long.SIZE ? Value.of(number.longValue()) : null;
    }

    private static @Nullable Value real(double number) {
        return Double.isFinite(number) ? Value.of(number) : null;
    }
}
