package io.anabranch.replica.query;

import io.anabranch.crdt.FieldName;
import io.anabranch.crdt.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.sf.jsqlparser.expression.BinaryExpression;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.expression.NullValue;
import net.sf.jsqlparser.expression.operators.arithmetic.Addition;
import net.sf.jsqlparser.expression.operators.arithmetic.Concat;
import net.sf.jsqlparser.expression.operators.arithmetic.Division;
import net.sf.jsqlparser.expression.operators.arithmetic.Multiplication;
import net.sf.jsqlparser.expression.operators.arithmetic.Subtraction;
import net.sf.jsqlparser.expression.operators.relational.ExpressionList;
import net.sf.jsqlparser.expression.operators.relational.ParenthesedExpressionList;
import net.sf.jsqlparser.parser.Token;
import net.sf.jsqlparser.schema.Column;

/** Turns operands of the parser's tree into {@link Operand}s, and keeps account of the words it has used. */
final class OperandReader {

    private static final Map<Class<?>, Function> ARITHMETIC = Map.of(
            Addition.class, Function.ADD,
            Subtraction.class, Function.SUBTRACT,
            Multiplication.class, Function.MULTIPLY,
            Division.class, Function.DIVIDE);

    /** Where the names are that became operands. */
    private final Set<Place> used = new HashSet<>();

    private record Place(int line, int column) {
        static Place of(Token token) {
            return new Place(token.beginLine, token.beginColumn);
        }
    }

    Operand read(Expression expression) {
        if (expression instanceof Column) {
            return column(expression);
        } else if (expression instanceof ParenthesedExpressionList<?> list && list.size() == 1) {
            return read(list.get(0));
        } else if (expression instanceof net.sf.jsqlparser.expression.Function call) {
            return call(call);
        } else if (expression instanceof Concat concat) {
            return new Operand.Call(Function.CONCAT, concatenated(concat));
        } else if (expression instanceof BinaryExpression binary && ARITHMETIC.containsKey(expression.getClass())) {
            return new Operand.Call(
                    ARITHMETIC.get(expression.getClass()),
                    List.of(read(binary.getLeftExpression()), read(binary.getRightExpression())));
        } else if (expression instanceof NullValue) {
            throw Literals.refused(expression, "nothing equals NULL: use IS NULL or IS NOT NULL");
        }
        return new Operand.Literal(Literals.of(expression));
    }

    /** Refuses a word that is neither of the language nor the name of something in what was read. */
    void requireAllUsed(List<Token> tokens) {
        for (Token token : tokens) {
            if (QueryTokens.isName(token) && !QueryTokens.isKeyword(token) && !used.contains(Place.of(token))) {
                throw QueryTokens.refused(token, "this word means nothing here");
            }
        }
    }

    /** A text that is the whole of an expression. */
    String text(Expression expression, String hint) {
        if (read(expression) instanceof Operand.Literal literal && literal.value() instanceof Value.Text text) {
            return text.text();
        }
        throw Literals.refused(expression, hint);
    }

    /** The name in a token, of a type. */
    String name(Token token) {
        used.add(Place.of(token));
        return unquoted(token);
    }

    static Operand.Stored stored(Token name) {
        String image = unquoted(name);
        if (image.equals("id") && !QueryTokens.isQuoted(name)) {
            return new Operand.Id();
        } else if (image.isEmpty() || image.length() > FieldName.LENGTH_MAX) {
            throw QueryTokens.refused(name, "a field's name has 1 to " + FieldName.LENGTH_MAX + " characters");
        }
        return new Operand.Field(image);
    }

    private static String unquoted(Token name) {
        String image = name.image;
        return QueryTokens.isQuoted(name)
                ? image.substring(1, image.length() - 1).replace("\"\"", "\"")
                : image;
    }

    private Operand column(Expression expression) {
        Token token = Literals.token(expression);
        if (token == null
                || token != expression.getASTNode().jjtGetLastToken()
                || QueryTokens.isWord(token, "TRUE")
                || QueryTokens.isWord(token, "FALSE")) {
            throw Literals.refused(expression, "a name is one word, or in double quotes");
        }
        used.add(Place.of(token));
        return ParameterTokens.isMerged(token) ? ParameterTokens.operand(token) : stored(token);
    }

    private Operand call(net.sf.jsqlparser.expression.Function call) {
        Optional<Function> function = Function.named(call.getName());
        Token name = Literals.token(call);
        if (function.isEmpty() || name == null || !name.image.equals(call.getName())) {
            throw Literals.refused(call, "there is no such function; there are " + Function.names());
        }
        used.add(Place.of(name));
        ExpressionList<?> parameters = call.getParameters();
        List<Operand> arguments = new ArrayList<>();
        if (parameters != null) {
            parameters.forEach(parameter -> arguments.add(read(parameter)));
        }
        if (!function.get().takes(arguments.size())) {
            throw Literals.refused(call, "the function takes fewer or more arguments");
        }
        return new Operand.Call(function.get(), arguments);
    }

    private List<Operand> concatenated(Concat chain) {
        Deque<Operand> parts = new ArrayDeque<>();
        Expression left = chain;
        while (left instanceof Concat link) {
            parts.addFirst(read(link.getRightExpression()));
            left = link.getLeftExpression();
        }
        parts.addFirst(read(left));
        return List.copyOf(parts);
    }
}
