package io.anabranch.replica.query;

import io.anabranch.crdt.Value;
import java.math.BigInteger;
import net.sf.jsqlparser.expression.BinaryExpression;
import net.sf.jsqlparser.expression.BooleanValue;
import net.sf.jsqlparser.expression.DoubleValue;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.expression.LongValue;
import net.sf.jsqlparser.expression.NotExpression;
import net.sf.jsqlparser.expression.SignedExpression;
import net.sf.jsqlparser.expression.StringValue;
import net.sf.jsqlparser.expression.operators.relational.Between;
import net.sf.jsqlparser.expression.operators.relational.ExpressionList;
import net.sf.jsqlparser.expression.operators.relational.InExpression;
import net.sf.jsqlparser.expression.operators.relational.IsNullExpression;
import net.sf.jsqlparser.parser.Node;
import net.sf.jsqlparser.parser.Token;
import org.jspecify.annotations.Nullable;

/** Reads literals of the parser's tree, and says where in the text a node of it is. */
final class Literals {

    private Literals() {}

    /** The value; an integer of more than 64 bits and any number with a point or exponent becomes a {@link Value.Real}. */
    static Value of(Expression expression) {
        if (expression instanceof StringValue string) {
            return Value.of(string.getNotExcapedValue());
        } else if (expression instanceof BooleanValue bool) {
            return Value.of(bool.getValue());
        } else if (expression instanceof SignedExpression signed) {
            if (!(signed.getExpression() instanceof LongValue || signed.getExpression() instanceof DoubleValue)) {
                throw refused(signed, "a sign goes before a number; of all else, write 0 - x");
            }
            return number(signed.getExpression(), signed.getSign() == '-' ? "-" : "");
        }
        return number(expression, "");
    }

    static QueryException refused(Expression expression, String hint) {
        Token token = token(expression);
        return new QueryException(
                "the query uses what is not supported",
                expression.toString(),
                token == null ? 1 : token.beginLine,
                token == null ? 1 : token.beginColumn,
                hint);
    }

    /** The first token of a node, or of its leftmost part; null if the parser does not say. */
    static @Nullable Token token(Expression expression) {
        Node node = expression.getASTNode();
        if (node != null) {
            return node.jjtGetFirstToken();
        }
        Expression left = left(expression);
        return left == null ? null : token(left);
    }

    private static @Nullable Expression left(Expression expression) {
        if (expression instanceof BinaryExpression binary) {
            return binary.getLeftExpression();
        } else if (expression instanceof InExpression in) {
            return in.getLeftExpression();
        } else if (expression instanceof Between between) {
            return between.getLeftExpression();
        } else if (expression instanceof IsNullExpression isNull) {
            return isNull.getLeftExpression();
        } else if (expression instanceof NotExpression not) {
            return not.getExpression();
        }
        return expression instanceof ExpressionList<?> list && !list.isEmpty() ? list.get(0) : null;
    }

    private static Value number(Expression expression, String sign) {
        if (expression instanceof LongValue whole) {
            BigInteger integer = new BigInteger(sign + whole.getStringValue());
            return integer.bitLength() < Long.SIZE
                    ? Value.of(integer.longValue())
                    : real(expression, integer.doubleValue());
        } else if (expression instanceof DoubleValue real) {
            return real(expression, Double.parseDouble(sign + real));
        }
        throw refused(
                expression,
                "a value is a field, a parameter, a function of these, a text in single quotes, a number, TRUE or FALSE");
    }

    private static Value real(Expression expression, double number) {
        if (Double.isInfinite(number)) {
            throw refused(expression, "a number is at most about 1.8E308");
        }
        return Value.of(number);
    }
}
