package io.anabranch.replica.query;

import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import net.sf.jsqlparser.expression.BinaryExpression;
import net.sf.jsqlparser.expression.BooleanValue;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.expression.NotExpression;
import net.sf.jsqlparser.expression.NullValue;
import net.sf.jsqlparser.expression.operators.conditional.AndExpression;
import net.sf.jsqlparser.expression.operators.conditional.OrExpression;
import net.sf.jsqlparser.expression.operators.relational.Between;
import net.sf.jsqlparser.expression.operators.relational.EqualsTo;
import net.sf.jsqlparser.expression.operators.relational.GreaterThan;
import net.sf.jsqlparser.expression.operators.relational.GreaterThanEquals;
import net.sf.jsqlparser.expression.operators.relational.InExpression;
import net.sf.jsqlparser.expression.operators.relational.IsNullExpression;
import net.sf.jsqlparser.expression.operators.relational.LikeExpression;
import net.sf.jsqlparser.expression.operators.relational.MinorThan;
import net.sf.jsqlparser.expression.operators.relational.MinorThanEquals;
import net.sf.jsqlparser.expression.operators.relational.NotEqualsTo;
import net.sf.jsqlparser.expression.operators.relational.ParenthesedExpressionList;
import net.sf.jsqlparser.parser.Token;
import net.sf.jsqlparser.schema.Column;
import net.sf.jsqlparser.schema.Table;
import net.sf.jsqlparser.statement.select.ParenthesedSelect;
import net.sf.jsqlparser.statement.select.PlainSelect;

/**
 * Turns the parser's tree into a {@link Condition}, and refuses all that is not in our language. The parser's nodes have many
 * options that a condition does not; instead of asking each, {@link #requireAllUsed} finds the words that ended up in none
 * of the operands.
 */
final class ConditionReader {

    private static final Map<Class<?>, Relation> RELATIONS = Map.of(
            EqualsTo.class, Relation.EQUAL,
            NotEqualsTo.class, Relation.EQUAL,
            MinorThan.class, Relation.LESS,
            MinorThanEquals.class, Relation.LESS_OR_EQUAL,
            GreaterThan.class, Relation.GREATER,
            GreaterThanEquals.class, Relation.GREATER_OR_EQUAL);

    /** Most options of one IN. */
    static final int OPTIONS_MAX = 1_000;
    /** Deepest nesting of sub-queries. */
    static final int SELECTIONS_MAX = 5;

    private static final String SELECTION_HINT = "a sub-query is IN (SELECT field FROM type WHERE condition)";

    private final OperandReader operands = new OperandReader();
    private int selections;

    Condition read(Expression expression) {
        if (expression instanceof AndExpression and) {
            return new Condition.All(parts(and));
        } else if (expression instanceof OrExpression or) {
            return new Condition.Any(parts(or));
        } else if (expression instanceof NotExpression not) {
            return new Condition.Not(read(not.getExpression()));
        } else if (expression instanceof ParenthesedExpressionList<?> list && list.size() == 1) {
            return read(list.get(0));
        } else if (expression instanceof NullValue) {
            return new Condition.Constant(Truth.UNKNOWN);
        } else if (expression instanceof BooleanValue truth) {
            return new Condition.Constant(Truth.of(truth.getValue()));
        }
        Condition test = readTest(expression);
        if (!TimeUse.isForeseeable(test instanceof Condition.Not not ? not.part() : test)) {
            throw Literals.refused(
                    expression,
                    ":now can be compared, added to and subtracted from, and taken the DATE, YEAR, MONTH or DAY of; for all else use :today");
        }
        return test;
    }

    /** Refuses a word that is neither of the language nor the name of a field in what was read. */
    void requireAllUsed(List<Token> tokens) {
        operands.requireAllUsed(tokens);
    }

    private List<Condition> parts(BinaryExpression chain) {
        Deque<Condition> parts = new ArrayDeque<>();
        Expression left = chain;
        // Chains hang to the left, one level a link; a loop keeps the stack flat.
        while (left instanceof BinaryExpression link && link.getClass().equals(chain.getClass())) {
            parts.addFirst(read(link.getRightExpression()));
            left = link.getLeftExpression();
        }
        parts.addFirst(read(left));
        return List.copyOf(parts);
    }

    private Condition readTest(Expression expression) {
        if (expression instanceof IsNullExpression isNull) {
            return negatedIf(isNull.isNot(), new Condition.Missing(operands.read(isNull.getLeftExpression())));
        } else if (expression instanceof InExpression in) {
            return negatedIf(in.isNot(), among(in));
        } else if (expression instanceof Between between) {
            return negatedIf(
                    between.isNot(),
                    new Condition.Within(
                            operands.read(between.getLeftExpression()),
                            operands.read(between.getBetweenExpressionStart()),
                            operands.read(between.getBetweenExpressionEnd())));
        } else if (expression instanceof LikeExpression like) {
            return negatedIf(like.isNot(), resembles(like));
        }
        Relation relation = RELATIONS.get(expression.getClass());
        if (relation == null || !(expression instanceof BinaryExpression comparison)) {
            throw Literals.refused(expression, "a condition compares, as in name = 'x'");
        }
        return negatedIf(
                expression instanceof NotEqualsTo,
                new Condition.Compares(
                        operands.read(comparison.getLeftExpression()),
                        relation,
                        operands.read(comparison.getRightExpression())));
    }

    private Condition among(InExpression in) {
        Operand operand = operands.read(in.getLeftExpression());
        Expression right = in.getRightExpression();
        if (right instanceof ParenthesedSelect select) {
            return new Condition.AmongSelected(operand, selection(select));
        } else if (right instanceof Column) {
            return new Condition.Among(operand, List.of(operands.read(right)));
        } else if (!(right instanceof ParenthesedExpressionList<?> list) || list.isEmpty()) {
            throw Literals.refused(in, "IN takes a list, as in IN ('x', 'y'), or a sub-query");
        } else if (list.size() > OPTIONS_MAX) {
            throw Literals.refused(list.get(OPTIONS_MAX), "a list has at most " + OPTIONS_MAX + " options");
        } else {
            List<Operand> options = new ArrayList<>();
            list.forEach(option -> options.add(operands.read(option)));
            return new Condition.Among(operand, options);
        }
    }

    /** The tokens have been checked: there is one field, one type, and perhaps a condition. */
    private Selection selection(ParenthesedSelect parenthesed) {
        if (!(parenthesed.getSelect() instanceof PlainSelect select)
                || !(select.getSelectItem(0).getExpression() instanceof Column column)
                || !(select.getFromItem() instanceof Table table)) {
            throw Literals.refused(parenthesed, SELECTION_HINT);
        }
        Token type = table.getASTNode().jjtGetFirstToken();
        if (!(operands.read(column) instanceof Operand.Stored selected)) {
            throw Literals.refused(column, SELECTION_HINT);
        } else if (++selections > SELECTIONS_MAX) {
            throw QueryTokens.refused(type, "nest at most " + SELECTIONS_MAX + " sub-queries");
        }
        Expression where = select.getWhere();
        String name = operands.name(type);
        if (name.isEmpty() || name.length() > RecordKey.TYPE_LENGTH_MAX) {
            throw QueryTokens.refused(type, "a type's name has 1 to " + RecordKey.TYPE_LENGTH_MAX + " characters");
        }
        Condition condition = where == null ? new Condition.Constant(Truth.TRUE) : read(where);
        selections--;
        return new Selection(name, selected, condition);
    }

    private Condition resembles(LikeExpression like) {
        Expression escape = like.getEscape();
        String hint = "an escape is one character, as in ESCAPE '!'";
        String sign = escape == null ? "" : operands.text(escape, hint);
        if (escape != null && sign.codePointCount(0, sign.length()) != 1) {
            throw Literals.refused(like, hint);
        }
        Operand pattern = operands.read(like.getRightExpression());
        if (pattern instanceof Operand.Literal literal && !(literal.value() instanceof Value.Text)) {
            throw Literals.refused(like.getRightExpression(), "LIKE takes a text");
        }
        return new Condition.Resembles(operands.read(like.getLeftExpression()), pattern, sign);
    }

    private static Condition negatedIf(boolean negated, Condition condition) {
        return negated ? new Condition.Not(condition) : condition;
    }
}
