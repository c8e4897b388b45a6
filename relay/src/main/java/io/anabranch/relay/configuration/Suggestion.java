package io.anabranch.relay.configuration;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** What somebody may have meant who wrote a name that is not known. */
public final class Suggestion {

    private static final int LISTED_MAX = 12;
    private static final int SHORT = 3;

    private Suggestion() {}

    /** A hint: the name that is most like the written one, or those there are. */
    public static String among(Collection<String> names, String written) {
        int near = written.length() <= SHORT ? 1 : Math.max(2, written.length() / 3);
        return names.stream()
                .filter(name -> distance(name, written) <= near)
                .min(Comparator.comparingInt(name -> distance(name, written)))
                .map(name -> "did you mean " + name + "?")
                .orElseGet(() -> all(names));
    }

    private static String all(Collection<String> names) {
        if (names.isEmpty()) {
            return "there are none";
        }
        String listed = String.join(", ", names.stream().limit(LISTED_MAX).toList());
        return "there are " + listed + (names.size() > LISTED_MAX ? " and others" : "");
    }

    /** Letters to be changed, added, left out or swapped with their neighbour, case aside. */
    static int distance(String one, String other) {
        String left = one.toLowerCase(Locale.ROOT);
        String right = other.toLowerCase(Locale.ROOT);
        int[][] costs = new int[left.length() + 1][right.length() + 1];
        for (int i = 0; i <= left.length(); i++) {
            for (int j = 0; j <= right.length(); j++) {
                costs[i][j] = i == 0 || j == 0 ? i + j : cost(costs, left, right, new int[] {i, j});
            }
        }
        return costs[left.length()][right.length()];
    }

    private static int cost(int[][] costs, String left, String right, int[] at) {
        int i = at[0];
        int j = at[1];
        int replaced = costs[i - 1][j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        int least = Math.min(replaced, 1 + Math.min(costs[i - 1][j], costs[i][j - 1]));
        boolean swapped = i > 1
                && j > 1
                && left.charAt(i - 1) == right.charAt(j - 2)
                && left.charAt(i - 2) == right.charAt(j - 1);
        return swapped ? Math.min(least, costs[i - 2][j - 2] + 1) : least;
    }
}
