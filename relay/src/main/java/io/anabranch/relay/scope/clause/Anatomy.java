package io.anabranch.relay.scope.clause;

import io.anabranch.replica.query.Condition;
import io.anabranch.replica.query.Operand;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What conditions and operands are made of. */
final class Anatomy {

    private Anatomy() {}

    /** The conditions directly below a condition. */
    private static List<Condition> parts(Condition condition) {
        if (condition instanceof Condition.All all) {
            return all.parts();
        } else if (condition instanceof Condition.Any any) {
            return any.parts();
        }
        return condition instanceof Condition.Not not ? List.of(not.part()) : List.of();
    }

    /** The operands that a condition has itself, apart from its parts and from sub-queries. */
    private static List<Operand> own(Condition condition) {
        if (condition instanceof Condition.Missing missing) {
            return List.of(missing.operand());
        } else if (condition instanceof Condition.Compares compares) {
            return List.of(compares.left(), compares.right());
        } else if (condition instanceof Condition.Among among) {
            Set<Operand> operands = new LinkedHashSet<>(among.options());
            operands.add(among.operand());
            return List.copyOf(operands);
        } else if (condition instanceof Condition.Within within) {
            return List.of(within.operand(), within.least(), within.greatest());
        } else if (condition instanceof Condition.Resembles resembles) {
            return List.of(resembles.operand(), resembles.pattern());
        }
        return condition instanceof Condition.AmongSelected among ? List.of(among.operand()) : List.of();
    }

    /** The conditions that combine no others. */
    static Set<Condition> leaves(Condition condition) {
        Set<Condition> leaves = new LinkedHashSet<>();
        parts(condition).forEach(part -> leaves.addAll(leaves(part)));
        return leaves.isEmpty() ? Set.of(condition) : leaves;
    }

    /** The operands of the record itself. */
    static Set<Operand> operands(Condition condition) {
        Set<Operand> operands = new LinkedHashSet<>(own(condition));
        parts(condition).forEach(part -> operands.addAll(operands(part)));
        return operands;
    }

    /** The operands of the record itself. */
    static Set<Operand> operands(Conjunct conjunct) {
        Set<Operand> operands = new LinkedHashSet<>(conjunct.keyParts());
        conjunct.tests().forEach(test -> operands.addAll(operands(test)));
        conjunct.joins().forEach(join -> operands.add(join.operand()));
        return operands;
    }

    /** The sub-queries that are asked of the record itself, not those within them. */
    static Set<Condition.AmongSelected> selections(Condition condition) {
        Set<Condition.AmongSelected> selections = new LinkedHashSet<>();
        if (condition instanceof Condition.AmongSelected among) {
            selections.add(among);
        }
        parts(condition).forEach(part -> selections.addAll(selections(part)));
        return selections;
    }

    /** The types of sub-queries, of all depths. */
    static Set<String> selectedTypes(Condition condition) {
        Set<String> types = new LinkedHashSet<>();
        for (Condition.AmongSelected among : selections(condition)) {
            types.add(among.selection().type());
            types.addAll(selectedTypes(among.selection().where()));
        }
        return types;
    }

    /** All parameters, those in sub-queries included. */
    static Set<Operand.Parameter> parameters(Condition condition) {
        Set<Operand.Parameter> parameters = new LinkedHashSet<>();
        for (Operand operand : operands(condition)) {
            atoms(operand, parameters, Operand.Parameter.class);
        }
        selections(condition)
                .forEach(among -> parameters.addAll(parameters(among.selection().where())));
        return parameters;
    }

    /** The names of the fields that an operand reads. */
    static Set<String> fields(Operand operand) {
        Set<Operand.Field> fields = new LinkedHashSet<>();
        atoms(operand, fields, Operand.Field.class);
        Set<String> names = new LinkedHashSet<>();
        fields.forEach(field -> names.add(field.name()));
        return names;
    }

    /** Whether an operand reads the record, and nothing but the record and literals. */
    static boolean isOfRecord(Operand operand) {
        return readsRecord(operand)
                && atoms(operand, new LinkedHashSet<>(), Operand.Parameter.class)
                        .isEmpty()
                && atoms(operand, new LinkedHashSet<>(), Operand.Now.class).isEmpty();
    }

    /** Whether a condition has parameters and reads neither records nor the clock. */
    static boolean asksOnlyParameters(Condition condition) {
        return selections(condition).isEmpty()
                && !parameters(condition).isEmpty()
                && operands(condition).stream().noneMatch(Anatomy::readsRecord);
    }

    /** Whether the truth of a condition on a record can change with time alone; records of sub-queries are not meant. */
    static boolean dependsOnTime(Condition condition) {
        return operands(condition).stream()
                .anyMatch(operand -> !atoms(operand, new LinkedHashSet<>(), Operand.Now.class)
                        .isEmpty());
    }

    /** Whether time alone can change the truth of a condition, through records of sub-queries too. */
    static boolean dependsOnTimeSomewhere(Condition condition) {
        return dependsOnTime(condition)
                || selections(condition).stream()
                        .anyMatch(among ->
                                dependsOnTimeSomewhere(among.selection().where()));
    }

    /** Whether time alone can change the keys of a record, through others too. */
    static boolean dependsOnTimeSomewhere(Conjunct conjunct) {
        return conjunct.tests().stream().anyMatch(Anatomy::dependsOnTimeSomewhere)
                || conjunct.joins().stream().anyMatch(join -> dependsOnTimeSomewhere(join.among()));
    }

    /** Refuses what cannot be kept up to date when records change. */
    static void requireFollowed(Condition condition) {
        for (Condition.AmongSelected among : selections(condition)) {
            requireOfRecord(among.operand());
            requireFollowed(among.selection().where());
        }
        for (Operand.Parameter parameter : parameters(condition)) {
            if (parameter.owner() == Operand.Owner.DEVICE) {
                throw new ClauseException(parameter.text()
                        + " is compared in a way that is not supported for attributes of devices; use = or IN");
            }
        }
    }

    /** Refuses sub-queries that are not looked up by what the record holds. */
    static void requireOfRecord(Operand operand) {
        if (!isOfRecord(operand)) {
            throw new ClauseException("before IN (SELECT …) there must be a field or the id, not " + operand.text());
        }
    }

    private static boolean readsRecord(Operand operand) {
        return !atoms(operand, new LinkedHashSet<>(), Operand.Stored.class).isEmpty();
    }

    private static <T extends Operand> Set<T> atoms(Operand operand, Set<T> found, Class<T> kind) {
        if (kind.isInstance(operand)) {
            found.add(kind.cast(operand));
        } else if (operand instanceof Operand.Call call) {
            call.arguments().forEach(argument -> atoms(argument, found, kind));
        }
        return found;
    }
}
