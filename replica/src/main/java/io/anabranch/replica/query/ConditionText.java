package io.anabranch.replica.query;

import io.anabranch.crdt.Value;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Writes conditions in the language of {@link Query}: one text for each tree, with no more parentheses than it needs. */
final class ConditionText {

    private ConditionText() {}

    static String of(Condition condition) {
        if (condition instanceof Condition.All all) {
            return all.parts().stream()
                    .map(part -> part instanceof Condition.Any ? "(" + of(part) + ")" : of(part))
                    .collect(Collectors.joining(" AND "));
        } else if (condition instanceof Condition.Any any) {
            return any.parts().stream().map(ConditionText::of).collect(Collectors.joining(" OR "));
        } else if (condition instanceof Condition.Not not) {
            return negation(not.part());
        } else if (condition instanceof Condition.Constant constant) {
            return constant.truth() == Truth.UNKNOWN ? "NULL" : constant.truth().name();
        }
        return test(condition, "");
    }

    static String of(Selection selection) {
        String text = "SELECT " + selection.selected().text() + " FROM " + QueryTokens.quotedIfNeeded(selection.type());
        boolean all = selection.where().equals(new Condition.Constant(Truth.TRUE));
        return all ? text : text + " WHERE " + of(selection.where());
    }

    static String of(Operand operand) {
        if (operand instanceof Operand.Field field) {
            return field.name().equals("id") ? "\"id\"" : QueryTokens.quotedIfNeeded(field.name());
        } else if (operand instanceof Operand.Literal literal) {
            return of(literal.value());
        } else if (operand instanceof Operand.Parameter parameter) {
            return ":" + parameter.owner().name().toLowerCase(Locale.ROOT) + "." + parameter.name();
        } else if (operand instanceof Operand.Now now) {
            return now.time().toString();
        } else if (operand instanceof Operand.Call call) {
            return of(call);
        }
        return "id";
    }

    private static String negation(Condition part) {
        if (part instanceof Condition.Compares compares && compares.relation() == Relation.EQUAL) {
            return of(compares.left()) + " <> " + of(compares.right());
        } else if (part instanceof Condition.All || part instanceof Condition.Any) {
            return "NOT (" + of(part) + ")";
        } else if (part instanceof Condition.Compares
                || part instanceof Condition.Not
                || part instanceof Condition.Constant) {
            return "NOT " + of(part);
        }
        return test(part, "NOT ");
    }

    private static String test(Condition condition, String not) {
        if (condition instanceof Condition.Compares compares) {
            return of(compares.left()) + " " + compares.relation().sign() + " " + of(compares.right());
        } else if (condition instanceof Condition.Missing missing) {
            return of(missing.operand()) + " IS " + not + "NULL";
        } else if (condition instanceof Condition.Among among) {
            return of(among.operand()) + " " + not + "IN " + list(among.options());
        } else if (condition instanceof Condition.Within within) {
            return of(within.operand()) + " " + not + "BETWEEN " + of(within.least()) + " AND " + of(within.greatest());
        } else if (condition instanceof Condition.Resembles resembles) {
            String escape = resembles.escape().isEmpty() ? "" : " ESCAPE " + quoted(resembles.escape());
            return of(resembles.operand()) + " " + not + "LIKE " + of(resembles.pattern()) + escape;
        } else if (condition instanceof Condition.AmongSelected among) {
            return of(among.operand()) + " " + not + "IN (" + of(among.selection()) + ")";
        }
        throw new IllegalStateException("a condition is no test: " + condition.getClass());
    }

    private static String of(Operand.Call call) {
        String sign = call.function().sign();
        if (sign.isEmpty()) {
            return call.function() + list(call.arguments());
        }
        Operand left = call.arguments().get(0);
        Operand right = call.arguments().get(1);
        String first = rank(left) < rank(call) ? "(" + of(left) + ")" : of(left);
        return first + " " + sign + " " + (rank(right) <= rank(call) ? "(" + of(right) + ")" : of(right));
    }

    /** How firmly an operand holds together. */
    private static int rank(Operand operand) {
        if (operand instanceof Operand.Call call && !call.function().sign().isEmpty()) {
            return call.function() == Function.ADD || call.function() == Function.SUBTRACT ? 0 : 1;
        }
        return 2;
    }

    private static String list(List<Operand> operands) {
        return operands.stream().map(ConditionText::of).collect(Collectors.joining(", ", "(", ")"));
    }

    private static String of(Value value) {
        if (value instanceof Value.Text text) {
            return quoted(text.text());
        } else if (value instanceof Value.Bool bool) {
            return bool.bool() ? "TRUE" : "FALSE";
        } else if (value instanceof Value.Whole || value instanceof Value.Real) {
            return value.toString();
        }
        return "X'" + value + "'";
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
