package io.anabranch.relay.configuration;

import io.anabranch.replica.query.Condition;
import io.anabranch.replica.query.Mentions;
import io.anabranch.replica.query.Operand;
import io.anabranch.replica.query.QueryException;
import io.anabranch.replica.query.TimeComparisons;
import io.anabranch.replica.schema.ConfigurationType;
import io.anabranch.replica.schema.Content;
import io.anabranch.replica.schema.FieldType;
import io.anabranch.replica.schema.ObjectType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Collects what makes no sense. */
final class Problems {

    private final Map<String, ObjectType> types;
    private final List<Problem> found = new ArrayList<>();

    /** @param types the object types there are, by name */
    Problems(Map<String, ObjectType> types) {
        this.types = types;
    }

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

    /**
     * Adds one if a condition is not in the WHERE language, and one for each type or field in it that is not in the schema.
     *
     * @param type whose records it is asked of; one that is not in the schema may have any fields
     */
    void requireCondition(List<String> path, String text, String type) {
        try {
            Condition condition = Condition.parse(text);
            Mentions mentions = Mentions.of(condition);
            TimeComparisons.of(condition, type)
                    .forEach((of, fields) -> requireInstants(new Text(path, text), of, fields));
            requireFields(new Text(path, text), type, mentions.stored());
            mentions.selected().forEach((selected, stored) -> {
                if (!types.isEmpty() && !types.containsKey(selected) && !ConfigurationType.isReserved(selected)) {
                    add(new Text(path, text), selected, "type", types.keySet());
                }
                requireFields(new Text(path, text), selected, stored);
            });
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

    private record Text(List<String> path, String text) {}

    private void requireFields(Text in, String typeName, Set<Operand.Stored> stored) {
        ObjectType type = types.get(typeName);
        if (type == null) {
            return;
        }
        Collection<String> names = TypeProblems.fieldNames(type);
        for (Operand.Stored operand : stored) {
            if (operand instanceof Operand.Field field && !names.contains(field.name())) {
                add(in, field.name(), "field", names);
            }
        }
    }

    /** What is held as a text is no instant, and nothing would ever tell that a rule gives nothing for that reason. */
    private void requireInstants(Text in, String typeName, Set<String> compared) {
        ObjectType type = types.get(typeName);
        if (type == null) {
            return;
        }
        for (FieldType field : type.fields()) {
            boolean mayBeText = field.content() == Content.DATE || field.content() == Content.DATETIME;
            if (mayBeText && compared.contains(field.name())) {
                String hint = "write MILLIS(" + field.name() + "), or compare it with DATE(…) if it holds days";
                add(in, field.name(), "a day or time that may be text is compared with an instant", hint);
            }
        }
    }

    private void add(Text in, String name, String what, Collection<String> known) {
        add(in, name, "there is no " + what + " " + name, Suggestion.among(known, name));
    }

    /** The tree has no places; the first word of the text that is the name is it. */
    private void add(Text in, String name, String message, String hint) {
        Matcher word = Pattern.compile("(?<![\\w.:])" + Pattern.quote(name) + "(?!\\w)")
                .matcher(in.text);
        int at = word.find() ? word.start() : 0;
        int lineStart = in.text.lastIndexOf('\n', at - 1) + 1;
        int line = 1
                + (int) in.text.substring(0, at).chars().filter(c -> c == '\n').count();
        found.add(new Problem(in.path, message, hint, new Problem.Place(line, at - lineStart + 1)));
    }

    static List<String> under(List<String> path, String... more) {
        List<String> longer = new ArrayList<>(path);
        longer.addAll(List.of(more));
        return longer;
    }
}
