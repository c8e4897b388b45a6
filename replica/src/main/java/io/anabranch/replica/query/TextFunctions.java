package io.anabranch.replica.query;

import io.anabranch.crdt.Value;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The functions of texts; null for what they make nothing of. */
final class TextFunctions {

    private TextFunctions() {}

    static @Nullable Value lower(Value value) {
        return value instanceof Value.Text text ? Value.of(text.text().toLowerCase(Locale.ROOT)) : null;
    }

    static @Nullable Value upper(Value value) {
        return value instanceof Value.Text text ? Value.of(text.text().toUpperCase(Locale.ROOT)) : null;
    }

    static @Nullable Value length(Value value) {
        return value instanceof Value.Text text ? Value.of((long) points(text)) : null;
    }

    static @Nullable Value trim(Value value) {
        if (!(value instanceof Value.Text text)) {
            return null;
        }
        String all = text.text();
        int start = 0;
        int end = all.length();
        while (start < end && all.charAt(start) == ' ') {
            start++;
        }
        while (end > start && all.charAt(end - 1) == ' ') {
            end--;
        }
        return Value.of(all.substring(start, end));
    }

    static @Nullable Value concatenated(List<Value> values) {
        StringBuilder all = new StringBuilder();
        for (Value value : values) {
            if (value instanceof Value.Binary || value instanceof Value.Opaque) {
                return null;
            }
            all.append(value);
        }
        return Value.of(all.toString());
    }

    static @Nullable Value substring(List<Value> arguments) {
        OptionalInt from = count(arguments.get(1));
        OptionalInt length = arguments.size() < 3 ? OptionalInt.of(Integer.MAX_VALUE) : count(arguments.get(2));
        if (from.isEmpty() || length.isEmpty() || !(arguments.get(0) instanceof Value.Text text)) {
            return null;
        }
        long start = from.getAsInt() - 1L;
        return part(text, start, start + length.getAsInt());
    }

    static @Nullable Value left(Value value, Value length) {
        OptionalInt count = count(length);
        return value instanceof Value.Text text && count.isPresent() ? part(text, 0, count.getAsInt()) : null;
    }

    static @Nullable Value right(Value value, Value length) {
        OptionalInt count = count(length);
        return value instanceof Value.Text text && count.isPresent()
                ? part(text, points(text) - (long) count.getAsInt(), points(text))
                : null;
    }

    /** From a place to another, both from 0, as far as they are inside. */
    private static Value part(Value.Text text, long start, long end) {
        String all = text.text();
        int points = points(text);
        int last = (int) Math.max(0, Math.min(points, end));
        int first = (int) Math.max(0, Math.min(last, start));
        int begin = all.offsetByCodePoints(0, first);
        return Value.of(all.substring(begin, all.offsetByCodePoints(begin, last - first)));
    }

    private static OptionalInt count(Value value) {
        return value instanceof Value.Whole whole && whole.number() == (int) whole.number()
                ? OptionalInt.of((int) whole.number())
                : OptionalInt.empty();
    }

    private static int points(Value.Text text) {
        return text.text().codePointCount(0, text.text().length());
    }
}
