package io.anabranch.relay.scope.clause;

import io.anabranch.replica.query.Condition;
import io.anabranch.replica.query.Operand;
import io.anabranch.replica.query.Relation;
import io.anabranch.replica.query.Selection;
import io.anabranch.replica.query.Truth;
import java.util.ArrayList;
import java.util.List;

/**
 * The disjunctive normal form of a condition: it is true where all parts of one of the alternatives are.
 *
 * <p>The laws used hold for three truth values. What names no parameter is left whole: it is evaluated as one. A sub-query that
 * names one is split, so that each that is left selects by a conjunction.
 */
final class NormalForm {

    private final int alternativesMax;

    NormalForm(int alternativesMax) {
        this.alternativesMax = alternativesMax;
    }

    List<List<Condition>> of(Condition condition) {
        return of(condition, false);
    }

    private List<List<Condition>> of(Condition condition, boolean negated) {
        if (condition instanceof Condition.Constant constant) {
            Truth truth = negated ? constant.truth().not() : constant.truth();
            return truth == Truth.TRUE ? List.of(List.of()) : List.of();
        } else if (Anatomy.parameters(condition).isEmpty()) {
            return leaf(negated ? new Condition.Not(condition) : condition);
        } else if (condition instanceof Condition.Not not) {
            return of(not.part(), !negated);
        } else if (condition instanceof Condition.All all) {
            return negated ? either(all.parts(), true) : both(all.parts(), false);
        } else if (condition instanceof Condition.Any any) {
            return negated ? both(any.parts(), true) : either(any.parts(), false);
        } else if (negated) {
            return leaf(new Condition.Not(condition));
        } else if (condition instanceof Condition.AmongSelected selected) {
            return selections(selected);
        } else if (condition instanceof Condition.Among among) {
            return options(among);
        }
        return leaf(condition);
    }

    private List<List<Condition>> both(List<Condition> parts, boolean negated) {
        List<List<Condition>> product = List.of(List.of());
        for (Condition part : parts) {
            List<List<Condition>> alternatives = of(part, negated);
            List<List<Condition>> longer = new ArrayList<>();
            for (List<Condition> left : product) {
                for (List<Condition> right : alternatives) {
                    List<Condition> joined = new ArrayList<>(left);
                    joined.addAll(right);
                    longer.add(joined);
                    require(longer.size());
                }
            }
            product = longer;
        }
        return product;
    }

    private List<List<Condition>> either(List<Condition> parts, boolean negated) {
        List<List<Condition>> alternatives = new ArrayList<>();
        for (Condition part : parts) {
            alternatives.addAll(of(part, negated));
            require(alternatives.size());
        }
        return alternatives;
    }

    private List<List<Condition>> selections(Condition.AmongSelected selected) {
        Selection selection = selected.selection();
        List<List<Condition>> alternatives = new ArrayList<>();
        for (List<Condition> where : of(selection.where(), false)) {
            Selection one = new Selection(selection.type(), selection.selected(), Condition.all(where));
            alternatives.add(List.of(new Condition.AmongSelected(selected.operand(), one)));
        }
        return alternatives;
    }

    private List<List<Condition>> options(Condition.Among among) {
        List<List<Condition>> alternatives = new ArrayList<>();
        List<Operand> rest = new ArrayList<>();
        for (Operand option : among.options()) {
            if (option instanceof Operand.Parameter) {
                alternatives.add(List.of(new Condition.Compares(among.operand(), Relation.EQUAL, option)));
                require(alternatives.size());
            } else {
                rest.add(option);
            }
        }
        if (!rest.isEmpty()) {
            alternatives.add(List.of(new Condition.Among(among.operand(), rest)));
        }
        return alternatives;
    }

    private static List<List<Condition>> leaf(Condition condition) {
        return List.of(List.of(condition));
    }

    private void require(int alternatives) {
        if (alternatives > alternativesMax) {
            throw new ClauseException("the condition has more than " + alternativesMax
                    + " alternatives when its ORs are multiplied out; split the rule, or use IN instead of OR");
        }
    }
}
