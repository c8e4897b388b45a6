package io.anabranch.bench.simulation;

import io.anabranch.crdt.Value;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A condition said twice, by hand: in the language of rules, and in the SQL of another engine. So what the relay makes of the one is
 * compared with something that has never seen it.
 *
 * @param text in the language of rules
 * @param names whether it names the user
 * @param sql the same in SQL, for a row and a user
 */
record Term(String text, boolean names, Function<Asked, String> sql) {

    /** No condition. */
    static final Term ALL = new Term("", false, asked -> "TRUE");

    /**
     * Who asks about which row.
     *
     * @param alias the row's table
     * @param user the user's attributes
     * @param aliases numbers the tables
     */
    record Asked(String alias, Map<String, List<Value>> user, long nowMillis, AtomicInteger aliases) {

        Asked of(String otherAlias) {
            return new Asked(otherAlias, user, nowMillis, aliases);
        }

        String newAlias() {
            return "x" + aliases.incrementAndGet();
        }

        String column(String field) {
            return alias + ".f_" + field;
        }
    }

    static Term plain(String text, Function<Asked, String> sql) {
        return new Term(text, false, sql);
    }

    /** One of the values of an attribute of the user. */
    static Term among(String field, String attribute, boolean list) {
        String text = list ? field + " IN (:user." + attribute + ")" : field + " = :user." + attribute;
        return new Term(text, true, asked -> {
            List<Value> values = asked.user.getOrDefault(attribute, List.of());
            return values.isEmpty()
                    ? "CAST(NULL AS BOOLEAN)"
                    : asked.column(field) + " IN ("
                            + values.stream().map(Term::literal).collect(Collectors.joining(", ")) + ")";
        });
    }

    /** More than a number that the user has. */
    static Term above(String field, String attribute) {
        return new Term(field + " > :user." + attribute, true, asked -> {
            List<Value> values = asked.user.getOrDefault(attribute, List.of());
            return values.isEmpty() ? "CAST(NULL AS BOOLEAN)" : asked.column(field) + " > " + literal(values.get(0));
        });
    }

    /** A reference to a living record of a type that fulfils another one. */
    static Term refers(String field, String type, Term to) {
        String where = to.text.isEmpty() ? "" : " WHERE " + to.text;
        return new Term(field + " IN (SELECT id FROM " + type + where + ")", to.names, asked -> {
            String alias = asked.newAlias();
            String column = asked.column(field);
            return "CASE WHEN " + column + " IS NULL THEN NULL ELSE " + column + " IN (SELECT " + alias + ".id FROM t_"
                    + type + " " + alias + " WHERE " + alias + ".alive AND " + to.in(asked.of(alias)) + ") END";
        });
    }

    /** A living record of a type that fulfils another one refers to it. */
    static Term referred(String type, String field, Term from) {
        String where = from.text.isEmpty() ? "" : " WHERE " + from.text;
        return new Term("id IN (SELECT " + field + " FROM " + type + where + ")", from.names, asked -> {
            String alias = asked.newAlias();
            return asked.alias + ".id IN (SELECT " + alias + ".f_" + field + " FROM t_" + type + " " + alias + " WHERE "
                    + alias + ".alive AND " + alias + ".f_" + field + " IS NOT NULL AND " + from.in(asked.of(alias))
                    + ")";
        });
    }

    Term and(Term other) {
        return joined("AND", other);
    }

    Term or(Term other) {
        return joined("OR", other);
    }

    Term not() {
        return new Term("NOT (" + text + ")", names, asked -> "(NOT " + in(asked) + ")");
    }

    /** As SQL that can stand beside others. */
    String in(Asked asked) {
        return "(" + sql.apply(asked) + ")";
    }

    private Term joined(String word, Term other) {
        return new Term(
                "(" + text + ") " + word + " (" + other.text + ")",
                names || other.names,
                asked -> in(asked) + " " + word + " " + other.in(asked));
    }

    private static String literal(Value value) {
        return value instanceof Value.Text ? "'" + value + "'" : value.toString();
    }
}
