package io.anabranch.replica.query;

/**
 * A pattern of LIKE: {@code %} stands for any text, {@code _} for one code point, all else for itself. Case counts, and there
 * is no escape character. Immutable.
 *
 * <p>Matching goes back only to the last {@code %}, so it costs at most the product of both lengths, whatever the pattern.
 */
final class LikePattern {

    private final int[] pattern;

    LikePattern(String pattern) {
        this.pattern = pattern.codePoints().toArray();
    }

    boolean matches(String text) {
        int[] points = text.codePoints().toArray();
        int at = 0;
        int p = 0;
        int afterAny = -1;
        int anyEnd = 0;
        while (at < points.length) {
            if (p < pattern.length && pattern[p] == '%') {
                afterAny = ++p;
                anyEnd = at;
            } else if (p < pattern.length && (pattern[p] == '_' || pattern[p] == points[at])) {
                p++;
                at++;
            } else if (afterAny >= 0) {
                p = afterAny;
                at = ++anyEnd;
            } else {
                return false;
            }
        }
        while (p < pattern.length && pattern[p] == '%') {
            p++;
        }
        return p == pattern.length;
    }
}
