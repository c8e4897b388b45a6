package io.anabranch.replica.query;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import net.sf.jsqlparser.parser.CCJSqlParserConstants;
import net.sf.jsqlparser.parser.CCJSqlParserTokenManager;
import net.sf.jsqlparser.parser.SimpleCharStream;
import net.sf.jsqlparser.parser.StringProvider;
import net.sf.jsqlparser.parser.Token;
import net.sf.jsqlparser.parser.TokenMgrException;

/**
 * The tokens of a query, made safe for a parser that knows all of SQL and recurses: signs that are not in our language are
 * refused, nesting is limited, and every word that is not in our language becomes a name, so {@code date}, {@code case} or
 * {@code value} are fields and nothing else.
 */
final class QueryTokens {

    /** Most UTF-16 units of a text. */
    static final int LENGTH_MAX = 10_000;
    /** Deepest nesting of parentheses and NOTs. */
    static final int DEPTH_MAX = 50;

    /** Start of 6,400 signs without a meaning. */
    private static final char PRIVATE_USE_START = '\uE000';

    private static final Set<Integer> SYMBOLS = symbols();
    private static final Set<String> KEYWORDS = Set.of(
            "AND", "OR", "NOT", "IN", "IS", "NULL", "BETWEEN", "LIKE", "TRUE", "FALSE", "ORDER", "BY", "ASC", "DESC",
            "LIMIT", "OFFSET");
    /** Those of them that are not in parentheses. */
    private static final Set<String> TAIL = Set.of("ORDER", "BY", "ASC", "DESC", "LIMIT", "OFFSET");
    /** Words that are of the language in one place and name fields elsewhere. */
    private static final Set<String> WORDS_IN_PLACE = Set.of("SELECT", "FROM", "WHERE", "ESCAPE");

    private QueryTokens() {}

    /** The tokens, the last of them the end. */
    static List<Token> of(String text) {
        checkText(text);
        List<Token> tokens = new ArrayList<>();
        char standIn = standIn(text);
        CCJSqlParserTokenManager source = source(text.replace('\\', standIn));
        try {
            do {
                Token token = source.getNextToken();
                token.image = token.image.replace(standIn, '\\');
                tokens.add(token);
            } while (!isEnd(last(tokens)));
        } catch (TokenMgrException e) {
            throw unreadable(text, tokens);
        }
        List<Token> merged = ParameterTokens.merged(tokens);
        int open = 0;
        for (int i = 0; !isEnd(merged.get(i)); i++) {
            open += isWord(merged.get(i), "(") ? 1 : isWord(merged.get(i), ")") ? -1 : 0;
            checkToken(merged, i, open > 0);
        }
        checkDepth(merged);
        return merged;
    }

    static boolean isEnd(Token token) {
        return token.kind == CCJSqlParserConstants.EOF;
    }

    /** Whether a token is a word of the language where it stands. */
    static boolean isKeyword(Token token) {
        String upper = token.image.toUpperCase(Locale.ROOT);
        return token.kind != CCJSqlParserConstants.S_IDENTIFIER
                && (KEYWORDS.contains(upper) || WORDS_IN_PLACE.contains(upper));
    }

    static boolean isPlainWord(Token token) {
        return !isEnd(token) && isPlainWord(token.image);
    }

    /** A name as it is written in a condition. */
    static String quotedIfNeeded(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        // The parser does not know the letters of all scripts.
        boolean plain = !name.isEmpty()
                && isPlainWord(name)
                && name.chars().allMatch(sign -> sign < 0x80)
                && !KEYWORDS.contains(upper)
                && !WORDS_IN_PLACE.contains(upper);
        return plain ? name : '"' + name.replace("\"", "\"\"") + '"';
    }

    static boolean isWord(Token token, String word) {
        return !isEnd(token) && token.image.equalsIgnoreCase(word);
    }

    /** Whether a token can name a field; a keyword can where it does not mean something else. */
    static boolean isName(Token token) {
        return isQuoted(token) || (!isEnd(token) && isPlainWord(token.image));
    }

    static boolean isQuoted(Token token) {
        return token.kind == CCJSqlParserConstants.S_QUOTED_IDENTIFIER;
    }

    static boolean isNumber(Token token) {
        return token.kind == CCJSqlParserConstants.S_LONG || token.kind == CCJSqlParserConstants.S_DOUBLE;
    }

    static QueryException refused(Token token, String hint) {
        boolean end = isEnd(token);
        return new QueryException(
                "the query uses what is not supported",
                end ? "the end" : token.image,
                token.beginLine,
                // The end has the place of the last character.
                token.beginColumn + (end ? 1 : 0),
                hint);
    }

    static void requireLength(String text) {
        if (text.length() > LENGTH_MAX) {
            throw new QueryException(
                    "the query is too long", text.length() + " characters", 1, 1, "use at most " + LENGTH_MAX);
        }
    }

    private static void checkText(String text) {
        requireLength(text);
        if (text.codePoints().anyMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE)) {
            throw new QueryException(
                    "the query is not well-formed text", "half of a surrogate pair", 1, 1, "take it out");
        }
    }

    private static void checkToken(List<Token> tokens, int at, boolean inParentheses) {
        Token token = tokens.get(at);
        if (token.kind == CCJSqlParserConstants.S_CHAR_LITERAL) {
            requireStart(token, '\'', "write texts in plain single quotes");
        } else if (isQuoted(token)) {
            requireStart(token, '"', "quote names with double quotes");
        } else if (isPlainWord(token.image)) {
            String upper = token.image.toUpperCase(Locale.ROOT);
            boolean stays =
                    isInPlace(tokens, at) || (KEYWORDS.contains(upper) && !(inParentheses && TAIL.contains(upper)));
            token.kind = stays ? token.kind : CCJSqlParserConstants.S_IDENTIFIER;
        } else if (isWord(token, "+") && isWord(tokens.get(at + 1), ")")) {
            throw refused(token, "a sign goes before a number");
        } else if (!isNumber(token) && !SYMBOLS.contains(token.kind) && !ParameterTokens.isMerged(token)) {
            throw refused(token, "compare fields with literals; names with signs in them go in double quotes");
        }
    }

    /** Whether a word that could be a name is a part of {@code IN (SELECT … FROM … WHERE …)} or of {@code LIKE … ESCAPE '…'}. */
    private static boolean isInPlace(List<Token> tokens, int at) {
        return switch (tokens.get(at).kind) {
            case CCJSqlParserConstants.K_ESCAPE -> tokens.get(at + 1).kind == CCJSqlParserConstants.S_CHAR_LITERAL;
            case CCJSqlParserConstants.K_SELECT -> startsSelection(tokens, at);
            case CCJSqlParserConstants.K_FROM -> startsSelection(tokens, at - 2);
            case CCJSqlParserConstants.K_WHERE -> startsSelection(tokens, at - 4);
            default -> false;
        };
    }

    private static boolean startsSelection(List<Token> tokens, int select) {
        if (select < 2
                || !isWord(tokens.get(select), "SELECT")
                || !isWord(tokens.get(select - 1), "(")
                || !isWord(tokens.get(select - 2), "IN")
                || isWord(tokens.get(select + 1), ")")
                || isWord(tokens.get(select + 1), ",")) {
            return false;
        }
        requireWord(tokens.get(select + 1), isName(tokens.get(select + 1)));
        requireWord(tokens.get(select + 2), isWord(tokens.get(select + 2), "FROM"));
        requireWord(tokens.get(select + 3), isName(tokens.get(select + 3)));
        Token after = tokens.get(select + 4);
        requireWord(after, isWord(after, "WHERE") || isWord(after, ")"));
        return true;
    }

    private static void requireWord(Token token, boolean isThere) {
        if (!isThere) {
            throw refused(token, "a sub-query is IN (SELECT field FROM type WHERE condition)");
        }
    }

    private static void requireStart(Token token, char quote, String hint) {
        if (token.image.charAt(0) != quote) {
            throw refused(token, hint);
        }
    }

    private static void checkDepth(List<Token> tokens) {
        Deque<Integer> open = new ArrayDeque<>();
        int depth = 0;
        for (Token token : tokens) {
            if (token.image.equals("(")) {
                open.push(depth++);
            } else if (token.image.equals(")")) {
                depth = open.isEmpty() ? 0 : open.pop();
            } else if (isWord(token, "NOT") || isArithmetic(token)) {
                depth++;
            } else if (isWord(token, "AND") || isWord(token, "OR") || isWord(token, ",")) {
                depth = open.isEmpty() ? 0 : open.element() + 1;
            }
            if (depth > DEPTH_MAX) {
                throw tooDeep(token);
            }
        }
    }

    private static boolean isArithmetic(Token token) {
        return "+-*/||".contains(token.image) && !token.image.isEmpty();
    }

    private static QueryException tooDeep(Token token) {
        return new QueryException(
                "the query is nested too deep",
                token.image,
                token.beginLine,
                token.beginColumn,
                "nest at most " + DEPTH_MAX + " levels");
    }

    private static QueryException unreadable(String text, List<Token> before) {
        String hint = "check the quotes of texts and names, and take out signs that are not part of the language";
        if (before.isEmpty()) {
            return new QueryException("the query cannot be read", text.strip(), 1, 1, hint);
        }
        Token last = last(before);
        return new QueryException(
                "the query cannot be read", "after " + last.image, last.endLine, last.endColumn + 1, hint);
    }

    private static boolean isPlainWord(String image) {
        int first = image.codePointAt(0);
        return (Character.isLetter(first) || first == '_')
                && image.codePoints().allMatch(point -> Character.isLetterOrDigit(point) || point == '_');
    }

    private static Set<Integer> symbols() {
        Set<Integer> kinds = new HashSet<>();
        CCJSqlParserTokenManager source = source("( ) , = <> != < <= > >= + - * / ||");
        for (Token token = source.getNextToken(); !isEnd(token); token = source.getNextToken()) {
            kinds.add(token.kind);
        }
        return Set.copyOf(kinds);
    }

    /** In place of backslashes, which are like any other sign here, and which the parser's tokens give a meaning in texts. */
    private static char standIn(String text) {
        char standIn = PRIVATE_USE_START;
        while (text.indexOf(standIn) >= 0) {
            standIn++;
        }
        return standIn;
    }

    private static CCJSqlParserTokenManager source(String text) {
        return new CCJSqlParserTokenManager(new SimpleCharStream(new StringProvider(text)));
    }

    private static Token last(List<Token> tokens) {
        return tokens.get(tokens.size() - 1);
    }
}
