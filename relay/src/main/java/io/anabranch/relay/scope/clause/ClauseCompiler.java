package io.anabranch.relay.scope.clause;

import io.anabranch.replica.query.Condition;
import io.anabranch.replica.query.Operand;
import io.anabranch.replica.query.Relation;
import io.anabranch.replica.query.Selection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes a condition into clauses, the same for all users. */
public final class ClauseCompiler {

    /** Most clauses of one condition. */
    public static final int ALTERNATIVES_MAX = 16;

    private ClauseCompiler() {}

    /**
     * The ways to fulfil a condition.
     *
     * @throws ClauseException if there are too many, or it asks what cannot be followed
     */
    public static List<Alternative> compile(String type, Condition condition) {
        List<Alternative> alternatives = new ArrayList<>();
        for (List<Condition> literals : new NormalForm(ALTERNATIVES_MAX).of(condition)) {
            Alternative alternative = new Draft(type).with(literals).alternative();
            if (!alternatives.contains(alternative)) {
                alternatives.add(alternative);
            }
        }
        return alternatives;
    }

    /** A key part with what it must equal. */
    private record Keyed(Operand operand, Operand.Parameter parameter) {

        static final Comparator<Keyed> ORDER = Comparator.comparing(keyed -> keyed.operand.text());
    }

    /** A join with what the keys behind it must equal. */
    private record Joined(Conjunct.Join join, List<Operand.Parameter> parameters) {

        static final Comparator<Joined> ORDER = Comparator.comparing(joined -> joined.join.text());
    }

    private static final class Draft {

        private final String type;
        private final List<Condition> tests = new ArrayList<>();
        private final List<Condition> guards = new ArrayList<>();
        private final List<Keyed> keyed = new ArrayList<>();
        private final List<Joined> joined = new ArrayList<>();

        Draft(String type) {
            this.type = type;
        }

        Draft with(List<Condition> literals) {
            literals.forEach(this::add);
            return this;
        }

        private void add(Condition literal) {
            if (literal instanceof Condition.AmongSelected selected
                    && !Anatomy.parameters(selected.selection().where()).isEmpty()) {
                join(selected);
            } else if (Anatomy.asksOnlyParameters(literal)) {
                guards.add(literal);
            } else if (literal instanceof Condition.Compares compares && key(compares) != null) {
                keyed.add(key(compares));
            } else {
                Anatomy.requireFollowed(literal);
                tests.add(literal);
            }
        }

        private void join(Condition.AmongSelected selected) {
            Anatomy.requireOfRecord(selected.operand());
            Selection selection = selected.selection();
            List<Condition> where =
                    selection.where() instanceof Condition.All all ? all.parts() : List.of(selection.where());
            Alternative among = new Draft(selection.type()).with(where).alternative();
            guards.addAll(among.guards());
            Conjunct.Join join = new Conjunct.Join(selected.operand(), selection.selected(), among.conjunct());
            joined.add(new Joined(join, among.parameters()));
        }

        private static @Nullable Keyed key(Condition.Compares compares) {
            if (compares.relation() != Relation.EQUAL) {
                return null;
            } else if (compares.right() instanceof Operand.Parameter parameter && Anatomy.isOfRecord(compares.left())) {
                return new Keyed(compares.left(), parameter);
            } else if (compares.left() instanceof Operand.Parameter parameter && Anatomy.isOfRecord(compares.right())) {
                return new Keyed(compares.right(), parameter);
            }
            return null;
        }

        Alternative alternative() {
            keyed.sort(Keyed.ORDER);
            joined.sort(Joined.ORDER);
            List<Operand.Parameter> parameters = new ArrayList<>();
            keyed.forEach(part -> parameters.add(part.parameter));
            joined.forEach(part -> parameters.addAll(part.parameters));
            List<Condition> sorted = tests.stream()
                    .distinct()
                    .sorted(Comparator.comparing(Condition::text))
                    .toList();
            Conjunct conjunct = new Conjunct(
                    type,
                    sorted,
                    keyed.stream().map(Keyed::operand).toList(),
                    joined.stream().map(Joined::join).toList(),
                    Map.of());
            return new Alternative(conjunct, parameters, guards);
        }
    }
}
