package io.anabranch.replica.query;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.Value;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Functions and arithmetic. Of arguments with several values, every combination gives a value; an argument without a value, or
 * one that the function makes nothing of, such as a text to subtract, gives none. Lengths and places count code points, places from
 * 1.
 */
public enum Function {
    /** In lower case. */
    LOWER(1, 1, (arguments, zone) -> TextFunctions.lower(arguments.get(0))),
    /** In upper case. */
    UPPER(1, 1, (arguments, zone) -> TextFunctions.upper(arguments.get(0))),
    /** How many characters. */
    LENGTH(1, 1, (arguments, zone) -> TextFunctions.length(arguments.get(0))),
    /** Without the spaces at both ends. */
    TRIM(1, 1, (arguments, zone) -> TextFunctions.trim(arguments.get(0))),
    /** All of them in a row; also written {@code ||}. Numbers and truth values become texts. */
    CONCAT(1, Integer.MAX_VALUE, (arguments, zone) -> TextFunctions.concatenated(arguments)),
    /** The part from a place, of some length or to the end. */
    SUBSTRING(2, 3, (arguments, zone) -> TextFunctions.substring(arguments)),
    /** The first characters. */
    LEFT(2, 2, (arguments, zone) -> TextFunctions.left(arguments.get(0), arguments.get(1))),
    /** The last characters. */
    RIGHT(2, 2, (arguments, zone) -> TextFunctions.right(arguments.get(0), arguments.get(1))),
    /** All values of the first argument that has any. */
    COALESCE(1, Integer.MAX_VALUE, (arguments, zone) -> arguments.get(0)),
    /** Without the sign. */
    ABS(1, 1, (arguments, zone) -> NumberFunctions.absolute(arguments.get(0))),
    /** To so many decimals, or to none; halves go away from zero. */
    ROUND(1, 2, (arguments, zone) -> NumberFunctions.rounded(arguments)),
    /** The sum; written {@code +}. No value if it exceeds 64 bits, and so below. */
    ADD("+", (arguments, zone) -> NumberFunctions.sum(arguments.get(0), arguments.get(1))),
    /** The difference; written {@code -}. */
    SUBTRACT("-", (arguments, zone) -> NumberFunctions.difference(arguments.get(0), arguments.get(1))),
    /** The product; written {@code *}. */
    MULTIPLY("*", (arguments, zone) -> NumberFunctions.product(arguments.get(0), arguments.get(1))),
    /** The quotient; written {@code /}. That of integers is an integer, rounded towards zero. No value of division by zero. */
    DIVIDE("/", (arguments, zone) -> NumberFunctions.quotient(arguments.get(0), arguments.get(1))),
    /** The day, as {@code 2012-05-01}, of milliseconds since 1970 or of a text that begins with one. Years 0000 to 9999. */
    DATE(1, 1, (arguments, zone) -> DateFunctions.date(arguments.get(0), zone)),
    /** The year of that day. */
    YEAR(1, 1, (arguments, zone) -> DateFunctions.year(arguments.get(0), zone)),
    /** The month of that day, from 1. */
    MONTH(1, 1, (arguments, zone) -> DateFunctions.month(arguments.get(0), zone)),
    /** The day of the month of that day, from 1. */
    DAY(1, 1, (arguments, zone) -> DateFunctions.day(arguments.get(0), zone)),
    /** The milliseconds since 1970 of a number, a day's start, or a time such as {@code 2012-05-01T10:00:00Z}. */
    MILLIS(1, 1, (arguments, zone) -> DateFunctions.millis(arguments.get(0), zone));

    /** Most values of a call; where more combinations were, there is no value. */
    public static final int VALUES_MAX = 10_000;

    private static final Map<String, Function> NAMED = Stream.of(values())
            .filter(function -> function.sign().isEmpty())
            .collect(Collectors.toUnmodifiableMap(Function::name, function -> function));

    private final String sign;
    private final int argumentsMin;
    private final int argumentsMax;

    @SuppressWarnings("ImmutableEnumChecker") // lambdas without state
    private final Body body;

    /** What one combination of values gives. */
    private interface Body {
        @Nullable
        Value of(List<Value> arguments, ZoneId zone);
    }

    Function(int argumentsMin, int argumentsMax, Body body) {
        this.sign = "";
        this.argumentsMin = argumentsMin;
        this.argumentsMax = argumentsMax;
        this.body = body;
    }

    Function(String sign, Body body) {
        this.sign = sign;
        this.argumentsMin = 2;
        this.argumentsMax = 2;
        this.body = body;
    }

    /** The function of a name, in upper or lower case. */
    static Optional<Function> named(String name) {
        return Optional.ofNullable(NAMED.get(name.toUpperCase(Locale.ROOT)));
    }

    /** The names of all that are written with their name. */
    static String names() {
        return NAMED.keySet().stream().sorted().collect(Collectors.joining(", "));
    }

    /** What is written between the arguments; empty for those that are written with their name. */
    public String sign() {
        return sign;
    }

    /** Whether it can be called with so many arguments. */
    public boolean takes(int arguments) {
        return arguments >= argumentsMin && arguments <= argumentsMax;
    }

    Collection<Value> values(List<Operand> arguments, Record record, Circumstances circumstances) {
        if (this == COALESCE) {
            return arguments.stream()
                    .map(argument -> argument.values(record, circumstances))
                    .filter(values -> !values.isEmpty())
                    .findFirst()
                    .orElse(List.of());
        }
        List<List<Value>> combinations = List.of(List.of());
        for (Operand argument : arguments) {
            combinations = combined(combinations, argument.values(record, circumstances));
        }
        List<Value> values = new ArrayList<>(combinations.size());
        for (List<Value> combination : combinations) {
            Value value = body.of(combination, circumstances.zone());
            if (value != null) {
                values.add(value);
            }
        }
        return values;
    }

    private static List<List<Value>> combined(List<List<Value>> combinations, Collection<Value> values) {
        if ((long) combinations.size() * values.size() > VALUES_MAX) {
            return List.of();
        }
        List<List<Value>> combined = new ArrayList<>(combinations.size() * values.size());
        for (List<Value> combination : combinations) {
            for (Value value : values) {
                List<Value> longer = new ArrayList<>(combination.size() + 1);
                longer.addAll(combination);
                longer.add(value);
                combined.add(longer);
            }
        }
        return combined;
    }
}
