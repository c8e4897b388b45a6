package io.anabranch.replica.query;

import io.anabranch.crdt.FieldName;
import io.anabranch.crdt.Value;
import io.anabranch.replica.query.ValueTest.Relation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.sf.jsqlparser.expression.BinaryExpression;
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

/**
 * Turns the parser's tree into a {@link Condition}, and refuses all that is not in our language. The parser's nodes have many
 * options that a condition does not; instead of asking each, {@link #requireAllUsed} finds the words that ended up in none
 * of the fields.
 */
final class ConditionReader {

    private static final Map<Class<?>, Relation> RELATIONS = Map.of(
            EqualsTo.class, Relation.EQUAL,
            MinorThan.class, Relation.LESS,
            MinorThanEquals.class, Relation.LESS_OR_EQUAL,
            GreaterThan.class, Relation.GREATER,
            GreaterThanEquals.class, Relation.GREATER_OR_EQUAL);

    /** Where the names are that became operands. */
    private final Set<Place> used = new HashSet<>();

    private record Place(int line, int column) {
        static Place of(Token token) {
            return new Place(token.beginLine, token.beginColumn);
        }
    }

    Condition read(Expression expression) {
        if (expression instanceof AndExpression and) {
            return new Condition.All(parts(and));
        } else if (expression instanceof OrExpression or) {
            return new Condition.Any(parts(or));
        } else if (expression instanceof NotExpression not) {
            return new Condition.Not(read(not.getExpression()));
        } else if (expression instanceof ParenthesedExpressionList<?> list && list.size() == 1) {
            return read(list.get(0));
        }
        return readTest(expression);
    }

    /** Refuses a word that is neither of the language nor the name of a field in what was read. */
    void requireAllUsed(List<Token> tokens) {
        for (Token token : tokens) {
            if (QueryTokens.isName(token) && !QueryTokens.isKeyword(token) && !used.contains(Place.of(token))) {
                throw QueryTokens.refused(token, "compare fields with literals: texts, numbers, TRUE or FALSE");
            }
        }
    }

    static Operand operand(Token name) {
        String image = name.image;
        if (!QueryTokens.isQuoted(name)) {
            return image.equals("id") ? new Operand.Id() : named(name, image);
        }
        return named(name, image.substring(1, image.length() - 1).replace("\"\"", "\""));
    }

    private static Operand named(Token token, String name) {
        if (name.isEmpty() || name.length() > FieldName.LENGTH_MAX) {
            throw QueryTokens.refused(token, "a field's name has 1 to " + FieldName.LENGTH_MAX + " characters");
        }
        return new Operand.Named(name);
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
            return negatedIf(isNull.isNot(), new Condition.Missing(operand(isNull.getLeftExpression())));
        } else if (expression instanceof InExpression in) {
            Operand operand = operand(in.getLeftExpression());
            ValueTest among = new ValueTest.Among(literals(in));
            return negatedIf(in.isNot(), new Condition.Holds(operand, among));
        } else if (expression instanceof Between between) {
            Operand operand = operand(between.getLeftExpression());
            ValueTest within = new ValueTest.Within(
                    Literals.of(between.getBetweenExpressionStart()), Literals.of(between.getBetweenExpressionEnd()));
            return negatedIf(between.isNot(), new Condition.Holds(operand, within));
        } else if (expression instanceof LikeExpression like) {
            Operand operand = operand(like.getLeftExpression());
            ValueTest resembles = new ValueTest.Resembles(pattern(like));
            return negatedIf(like.isNot(), new Condition.Holds(operand, resembles));
        }
        return readComparison(expression);
    }

    private Condition readComparison(Expression expression) {
        boolean negated = expression instanceof NotEqualsTo;
        Relation relation = negated ? Relation.EQUAL : RELATIONS.get(expression.getClass());
        if (relation == null || !(expression instanceof BinaryExpression comparison)) {
            throw Literals.refused(expression, "a condition compares a field with a literal, as in name = 'x'");
        }
        Operand operand = operand(comparison.getLeftExpression());
        if (comparison.getRightExpression() instanceof NullValue) {
            throw Literals.refused(comparison.getRightExpression(), "use IS NULL or IS NOT NULL");
        }
        ValueTest test = new ValueTest.Compares(relation, Literals.of(comparison.getRightExpression()));
        return negatedIf(negated, new Condition.Holds(operand, test));
    }

    private Operand operand(Expression expression) {
        Token token = Literals.token(expression);
        if (!(expression instanceof Column) || token == null || !isOneToken(expression) || isTruthValue(token)) {
            throw Literals.refused(expression, "the name of a field goes on the left");
        }
        used.add(Place.of(token));
        return operand(token);
    }

    private static boolean isOneToken(Expression expression) {
        return expression.getASTNode().jjtGetFirstToken()
                == expression.getASTNode().jjtGetLastToken();
    }

    private static boolean isTruthValue(Token token) {
        return QueryTokens.isWord(token, "TRUE") || QueryTokens.isWord(token, "FALSE");
    }

    private static List<Value> literals(InExpression in) {
        if (!(in.getRightExpression() instanceof ParenthesedExpressionList<?> expressions) || expressions.isEmpty()) {
            throw Literals.refused(in, "IN takes a list of literals, as in IN ('x', 'y')");
        }
        List<Value> literals = new ArrayList<>();
        expressions.forEach(expression -> literals.add(Literals.of(expression)));
        return literals;
    }

    private static LikePattern pattern(LikeExpression like) {
        if (Literals.of(like.getRightExpression()) instanceof Value.Text text) {
            return new LikePattern(text.text());
        }
        throw Literals.refused(like.getRightExpression(), "LIKE takes a text");
    }

    private static Condition negatedIf(boolean negated, Condition condition) {
        return negated ? new Condition.Not(condition) : condition;
    }
}
