package io.anabranch.replica.query;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a condition speaks of. Immutable.
 *
 * @param stored what it asks the record itself for
 * @param parameters the parameters anywhere in it, sub-queries included
 * @param selected by type, what its sub-queries at any level ask records of that type for, what they select included; a type has an
 *     entry even if it is asked for nothing else
 * @param time whether what it says depends on the clock, in sub-queries too
 */
public record Mentions(
        Set<Operand.Stored> stored,
        Set<Operand.Parameter> parameters,
        Map<String, Set<Operand.Stored>> selected,
        boolean time) {

    /** Copies. */
    public Mentions {
        stored = Set.copyOf(stored);
        parameters = Set.copyOf(parameters);
        selected = Map.copyOf(selected);
    }

    /** Those of a condition. */
    public static Mentions of(Condition condition) {
        Collector collector = new Collector();
        collector.add(condition, collector.own);
        return collector.mentions();
    }

    /** Those of an operand. */
    public static Mentions of(Operand operand) {
        Collector collector = new Collector();
        collector.add(operand, collector.own);
        return collector.mentions();
    }

    /** The operands that a test compares, in the order of its text; none of the conditions that combine others. */
    static List<Operand> operands(Condition condition) {
        if (condition instanceof Condition.Missing missing) {
            return List.of(missing.operand());
        } else if (condition instanceof Condition.Compares compares) {
            return List.of(compares.left(), compares.right());
        } else if (condition instanceof Condition.Among among) {
            return Stream.concat(Stream.of(among.operand()), among.options().stream())
                    .toList();
        } else if (condition instanceof Condition.Within within) {
            return List.of(within.operand(), within.least(), within.greatest());
        } else if (condition instanceof Condition.Resembles resembles) {
            return List.of(resembles.operand(), resembles.pattern());
        }
        return condition instanceof Condition.AmongSelected among ? List.of(among.operand()) : List.of();
    }

    /** The conditions that another combines. */
    static List<Condition> parts(Condition condition) {
        if (condition instanceof Condition.All all) {
            return all.parts();
        } else if (condition instanceof Condition.Any any) {
            return any.parts();
        }
        return condition instanceof Condition.Not not ? List.of(not.part()) : List.of();
    }

    private static final class Collector {
        private final Set<Operand.Stored> own = new HashSet<>();
        private final Set<Operand.Parameter> parameters = new LinkedHashSet<>();
        private final Map<String, Set<Operand.Stored>> selected = new HashMap<>();
        private boolean time;

        private void add(Condition condition, Set<Operand.Stored> stored) {
            parts(condition).forEach(part -> add(part, stored));
            operands(condition).forEach(operand -> add(operand, stored));
            if (condition instanceof Condition.AmongSelected among) {
                Selection selection = among.selection();
                Set<Operand.Stored> asked = selected.computeIfAbsent(selection.type(), type -> new HashSet<>());
                asked.add(selection.selected());
                add(selection.where(), asked);
            }
        }

        private void add(Operand operand, Set<Operand.Stored> stored) {
            if (operand instanceof Operand.Stored held) {
                stored.add(held);
            } else if (operand instanceof Operand.Parameter parameter) {
                parameters.add(parameter);
            } else if (operand instanceof Operand.Call call) {
                call.arguments().forEach(argument -> add(argument, stored));
            }
            time |= operand instanceof Operand.Now;
        }

        private Mentions mentions() {
            selected.replaceAll((type, asked) -> Collections.unmodifiableSet(asked));
            return new Mentions(own, parameters, selected, time);
        }
    }
}
