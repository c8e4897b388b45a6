package io.anabranch.replica.query;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.parser.CCJSqlParser;
import net.sf.jsqlparser.parser.ParseException;
import net.sf.jsqlparser.parser.StringProvider;
import net.sf.jsqlparser.parser.Token;

/**
 * Reads one query: the condition with JSqlParser's expression grammar, what follows it token by token. Runs on the caller's
 * thread; JSqlParser's convenience methods would start one of their own for each text.
 */
final class QueryParser {

    /** Most fields of ORDER BY. */
    static final int TERMS_MAX = 16;

    private static final String TAIL_HINT =
            "a condition is followed by ORDER BY, LIMIT, OFFSET, in this order, or by nothing";

    private final List<Token> tokens;
    private int next;

    QueryParser(String text) {
        this.tokens = QueryTokens.of(text);
    }

    Query parse() {
        Condition condition = condition();
        List<Query.Term> terms = new ArrayList<>();
        if (accept("ORDER")) {
            expect("BY", "ORDER is followed by BY");
            do {
                if (terms.size() == TERMS_MAX) {
                    throw unexpected("order by at most " + TERMS_MAX + " fields");
                }
                terms.add(term());
            } while (accept(","));
        }
        OptionalLong limit = accept("LIMIT") ? OptionalLong.of(count("LIMIT")) : OptionalLong.empty();
        long offset = limit.isPresent() && accept("OFFSET") ? count("OFFSET") : 0;
        if (!QueryTokens.isEnd(tokens.get(next))) {
            throw unexpected(TAIL_HINT);
        }
        return new Query(condition, new RecordOrder(terms), limit, offset);
    }

    Condition parseCondition() {
        Condition condition = condition();
        if (!QueryTokens.isEnd(tokens.get(next))) {
            throw unexpected("a condition is followed by nothing here");
        }
        return condition;
    }

    private Condition condition() {
        if (startsTail()) {
            return new Condition.Constant(Truth.TRUE);
        }
        CCJSqlParser parser = new CCJSqlParser(new StringProvider(""));
        parser.token_source = new TokenReplay(tokens);
        Expression expression = expression(parser);
        next = tokens.indexOf(parser.getToken(1));
        requireTail();
        ConditionReader reader = new ConditionReader();
        Condition condition = reader.read(expression);
        reader.requireAllUsed(tokens.subList(0, next));
        QueryTokens.requireLength(condition.text());
        return condition;
    }

    /** Before the condition is looked at: what follows is often the reason why it is not one. */
    private void requireTail() {
        Token following = tokens.get(next);
        if (!QueryTokens.isEnd(following)
                && !QueryTokens.isWord(following, "ORDER")
                && !QueryTokens.isWord(following, "LIMIT")) {
            throw unexpected(TAIL_HINT);
        }
    }

    private Expression expression(CCJSqlParser parser) {
        try {
            return parser.Expression();
        } catch (ParseException e) {
            Token offender = e.currentToken == null ? null : e.currentToken.next;
            next = Math.max(0, tokens.indexOf(offender));
            throw unexpected("a condition compares fields with literals, as in name = 'x' AND visits >= 2");
        }
    }

    /** Whether there is no condition before ORDER BY or LIMIT; both words may also name fields. */
    private boolean startsTail() {
        Token first = tokens.get(0);
        return QueryTokens.isEnd(first)
                || (QueryTokens.isWord(first, "ORDER") && QueryTokens.isWord(tokens.get(1), "BY"))
                || (QueryTokens.isWord(first, "LIMIT") && QueryTokens.isNumber(tokens.get(1)));
    }

    private Query.Term term() {
        if (!QueryTokens.isName(tokens.get(next))) {
            throw unexpected("ORDER BY takes names of fields, each with ASC or DESC or neither");
        }
        Operand.Stored operand = OperandReader.stored(tokens.get(next++));
        boolean descending = accept("DESC");
        if (!descending) {
            accept("ASC");
        }
        return new Query.Term(operand, descending);
    }

    private long count(String word) {
        try {
            long count = Long.parseUnsignedLong(tokens.get(next).image);
            if (count >= 0) {
                next++;
                return count;
            }
        } catch (NumberFormatException e) {
            // Refused below, like a number out of range.
        }
        throw unexpected(word + " takes a whole number from 0");
    }

    private boolean accept(String word) {
        boolean found = QueryTokens.isWord(tokens.get(next), word);
        if (found) {
            next++;
        }
        return found;
    }

    private void expect(String word, String hint) {
        if (!accept(word)) {
            throw unexpected(hint);
        }
    }

    private QueryException unexpected(String hint) {
        Token token = tokens.get(next);
        boolean end = QueryTokens.isEnd(token);
        // The end has the place of the last character.
        int column = token.beginColumn + (end ? 1 : 0);
        return new QueryException(
                "the query cannot be read", end ? "the end" : token.image, token.beginLine, column, hint);
    }
}
