package io.anabranch.relay.configuration;

import io.anabranch.replica.query.Condition;
import io.anabranch.replica.query.QueryException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Collects what makes no sense. */
final class Problems {

    private final List<Problem> found = new ArrayList<>();

    List<Problem> found() {
        return found;
    }

    void add(List<String> path, String message, String hint) {
        found.add(new Problem(path, message, hint, Problem.Place.START));
    }

    /** Adds one unless the name is among those known. */
    void requireKnown(List<String> path, String what, String name, Collection<String> known) {
        if (!known.contains(name)) {
            add(path, "there is no " + what + " " + name, Suggestion.among(known, name));
        }
    }

    void requireAtMost(List<String> path, String what, int count, int countMax) {
        if (count > countMax) {
            add(path, "there are too many " + what + ": " + count, "at most " + countMax);
        }
    }

    /** Adds one if a condition is not in the WHERE language. */
    void requireCondition(List<String> path, String text) {
        if (text.isBlank()) {
            return;
        }
        try {
            Condition.parse(text);
        } catch (QueryException e) {
            String message = String.valueOf(e.getMessage());
            int details = message.indexOf(" {at=");
            found.add(new Problem(
                    path,
                    (details < 0 ? message : message.substring(0, details)) + ": " + e.detail(),
                    e.hint(),
                    new Problem.Place(Math.max(1, e.line()), Math.max(1, e.column()))));
        }
    }

    static List<String> under(List<String> path, String... more) {
        List<String> longer = new ArrayList<>(path);
        longer.addAll(List.of(more));
        return longer;
    }
}
