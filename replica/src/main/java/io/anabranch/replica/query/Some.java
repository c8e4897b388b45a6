package io.anabranch.replica.query;

import io.anabranch.crdt.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** What several values or several parts come to. */
final class Some {

    private Some() {}

    /** Whether one of the values passes; unknown if there are none. */
    static Truth of(Collection<Value> values, Function<Value, Truth> test) {
        Truth truth = values.isEmpty() ? Truth.UNKNOWN : Truth.FALSE;
        for (Value value : values) {
            truth = truth.or(test.apply(value));
            if (truth == Truth.TRUE) {
                break;
            }
        }
        return truth;
    }

    /** Whether a value stands so to one of some others; unknown if there are none. */
    static Truth of(Collection<Value> rights, Relation relation, Value left) {
        return of(rights, right -> relation.of(left, right));
    }

    /** The parts, with the parts of those of one type in their place. */
    static <T extends Condition> List<Condition> flat(
            List<Condition> parts, Class<T> type, Function<T, List<Condition>> own) {
        List<Condition> flat = new ArrayList<>(parts.size());
        for (Condition part : parts) {
            if (type.isInstance(part)) {
                flat.addAll(own.apply(type.cast(part)));
            } else {
                flat.add(part);
            }
        }
        if (flat.size() < 2) {
            throw new IllegalArgumentException("a condition of several has fewer than two parts: " + parts);
        }
        return List.copyOf(flat);
    }
}
