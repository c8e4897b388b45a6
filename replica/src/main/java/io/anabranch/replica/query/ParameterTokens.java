package io.anabranch.replica.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.sf.jsqlparser.parser.CCJSqlParserConstants;
import net.sf.jsqlparser.parser.Token;

/**
 * Makes one token of each parameter and relative time, such as {@code :user.territory} or {@code :now - 90 DAYS}, which the
 * parser then takes for the name of a column; and reads them from such a token.
 */
final class ParameterTokens {

    private static final String HINT =
            "what begins with a colon is :user.NAME, :device.NAME, :now, :today, :week, :month or :year";

    private static final Pattern SHORT_AMOUNT = Pattern.compile("([0-9]{1,9})(\\p{Alpha}+)");
    private static final int DIGITS_MAX = 9;

    private final List<Token> source;
    private final List<Token> merged = new ArrayList<>();
    private int next;

    private ParameterTokens(List<Token> source) {
        this.source = source;
    }

    /** The tokens, of which the last is the end, with parameters and relative times in one token each. */
    static List<Token> merged(List<Token> tokens) {
        ParameterTokens parameters = new ParameterTokens(tokens);
        while (parameters.next < tokens.size()) {
            parameters.takeOne();
        }
        return parameters.merged;
    }

    static boolean isMerged(Token token) {
        return token.image.startsWith(":") && token.kind == CCJSqlParserConstants.S_IDENTIFIER;
    }

    /** What a merged token stands for. */
    static Operand operand(Token token) {
        String image = token.image.substring(1);
        int dot = image.indexOf('.');
        if (dot >= 0) {
            return new Operand.Parameter(Operand.Owner.valueOf(image.substring(0, dot)), image.substring(dot + 1));
        }
        String[] words = image.split(" ", -1);
        int amount = Integer.parseInt(words[1]);
        return new Operand.Now(
                new RelativeTime(RelativeTime.Base.valueOf(words[0]), amount, RelativeTime.Unit.valueOf(words[2])));
    }

    private void takeOne() {
        Token token = source.get(next++);
        if (!token.image.equals(":")) {
            merged.add(token);
            return;
        }
        Token word = source.get(next);
        String name = word.image.toUpperCase(Locale.ROOT);
        if (!touches(token, word)) {
            throw QueryTokens.refused(token, HINT);
        }
        next++;
        if (isOneOf(name, Operand.Owner.values())) {
            merge(token, attribute(name, word));
        } else if (isOneOf(name, RelativeTime.Base.values())) {
            merge(token, name + " " + distance());
        } else {
            throw QueryTokens.refused(word, HINT);
        }
    }

    private String attribute(String owner, Token word) {
        Token dot = source.get(next);
        if (!dot.image.equals(".") || !touches(word, dot)) {
            throw QueryTokens.refused(word, "an attribute follows, as in :user.territory");
        }
        Token attribute = source.get(next + 1);
        if (!touches(dot, attribute) || !QueryTokens.isPlainWord(attribute)) {
            throw QueryTokens.refused(attribute, "an attribute's name has letters, digits and underscores");
        }
        next += 2;
        return owner + "." + attribute.image;
    }

    /** The amount and unit that follow, if they do; without a unit it is arithmetic. */
    private String distance() {
        String sign = source.get(next).image;
        if (!sign.equals("+") && !sign.equals("-")) {
            return "0 DAYS";
        }
        Token first = source.get(next + 1);
        Matcher together = SHORT_AMOUNT.matcher(first.image);
        if (together.matches()) {
            String distance = distance(sign, first, together.group(1), unit(first, together.group(2)));
            next += 2;
            return distance;
        }
        if (first.kind != CCJSqlParserConstants.S_LONG || !QueryTokens.isPlainWord(source.get(next + 2))) {
            return "0 DAYS";
        }
        Token unit = source.get(next + 2);
        if (QueryTokens.isKeyword(unit)) {
            return "0 DAYS";
        }
        String distance = distance(sign, first, first.image, unit(unit, unit.image));
        next += 3;
        return distance;
    }

    private static String distance(String sign, Token token, String digits, RelativeTime.Unit unit) {
        if (digits.length() > DIGITS_MAX || Integer.parseInt(digits) > RelativeTime.AMOUNT_MAX) {
            throw QueryTokens.refused(token, "a time is at most " + RelativeTime.AMOUNT_MAX + " units away");
        }
        return Integer.parseInt(sign + digits) + " " + unit;
    }

    private static RelativeTime.Unit unit(Token token, String word) {
        String upper = word.toUpperCase(Locale.ROOT);
        for (RelativeTime.Unit unit : RelativeTime.Unit.values()) {
            if (unit.name().equals(upper) || unit.name().equals(upper + "S")) {
                return unit;
            }
        }
        throw QueryTokens.refused(
                token,
                "units are "
                        + Stream.of(RelativeTime.Unit.values()).map(Enum::name).collect(Collectors.joining(", ")));
    }

    private void merge(Token start, String image) {
        Token last = source.get(next - 1);
        Token token = Token.newToken(CCJSqlParserConstants.S_IDENTIFIER, ":" + image);
        token.beginLine = start.beginLine;
        token.beginColumn = start.beginColumn;
        token.endLine = last.endLine;
        token.endColumn = last.endColumn;
        merged.add(token);
    }

    private static boolean isOneOf(String name, Enum<?>[] words) {
        return Stream.of(words).anyMatch(word -> word.name().equals(name));
    }

    private static boolean touches(Token left, Token right) {
        return !QueryTokens.isEnd(right) && left.endLine == right.beginLine && left.endColumn + 1 == right.beginColumn;
    }
}
