package io.anabranch.replica.query;

import io.anabranch.crdt.Value;
import java.util.Arrays;

/**
 * Patterns of LIKE: {@code %} stands for any text, {@code _} for one code point, all else for itself, and so does what follows the
 * escape character if there is one. Case counts.
 *
 * <p>Matching goes back only to the last {@code %}, so it costs at most the product of both lengths, whatever the pattern.
 */
final class LikePattern {

    /** Longest pattern, in UTF-16 units; nothing is said of a longer one. */
    static final int PATTERN_LENGTH_MAX = 1_000;

    /** In place of the signs that stand for something else. */
    private static final int ANY = -1;

    private static final int ONE = -2;

    private LikePattern() {}

    static Truth resembles(Value value, Value pattern, String escape) {
        return value instanceof Value.Text text
                        && pattern instanceof Value.Text signs
                        && signs.text().length() <= PATTERN_LENGTH_MAX
                ? Truth.of(matches(text.text().codePoints().toArray(), compiled(signs.text(), escape)))
                : Truth.UNKNOWN;
    }

    private static int[] compiled(String pattern, String escape) {
        int[] signs = pattern.codePoints().toArray();
        int escaping = escape.isEmpty() ? ANY : escape.codePointAt(0);
        int length = 0;
        for (int i = 0; i < signs.length; i++) {
            if (signs[i] == escaping && i + 1 < signs.length) {
                signs[length++] = signs[++i];
            } else {
                signs[length++] = signs[i] == '%' ? ANY : signs[i] == '_' ? ONE : signs[i];
            }
        }
        return Arrays.copyOf(signs, length);
    }

    private static boolean matches(int[] points, int[] pattern) {
        int at = 0;
        int p = 0;
        int afterAny = -1;
        int anyEnd = 0;
        while (at < points.length) {
            if (p < pattern.length && pattern[p] == ANY) {
                afterAny = ++p;
                anyEnd = at;
            } else if (p < pattern.length && (pattern[p] == ONE || pattern[p] == points[at])) {
                p++;
                at++;
            } else if (afterAny >= 0) {
                p = afterAny;
                at = ++anyEnd;
            } else {
                return false;
            }
        }
        while (p < pattern.length && pattern[p] == ANY) {
            p++;
        }
        return p == pattern.length;
    }
}
