package io.anabranch.replica.query;

import io.anabranch.crdt.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Says in the SQL of the H2 database what a random condition says. A type is a table; a set is a table of its own, and a test
 * of one becomes EXISTS.
 */
final class SqlWriter {

    private static final String EPOCH = "TIMESTAMP '1970-01-01 00:00:00'";

    private final RandomWorld world;
    private int aliases;

    SqlWriter(RandomWorld world) {
        this.world = world;
    }

    record Table(String type, String alias) {}

    /** Where values come from: an expression over some tables, or over none but the record's if it is one value or NULL. */
    private record Source(List<String> from, List<String> where, String expression) {
        boolean isSingle() {
            return from.isEmpty();
        }

        String exists() {
            return exists("TRUE");
        }

        String exists(String test) {
            return "EXISTS (SELECT 1 FROM " + String.join(", ", from) + " WHERE "
                    + Stream.concat(where.stream(), Stream.of(expression + " IS NOT NULL", test))
                            .collect(Collectors.joining(" AND "))
                    + ")";
        }
    }

    String condition(Condition condition, Table table) {
        if (condition instanceof Condition.All all) {
            return joined(all.parts(), " AND ", table);
        } else if (condition instanceof Condition.Any any) {
            return joined(any.parts(), " OR ", table);
        } else if (condition instanceof Condition.Not not) {
            return "(NOT " + condition(not.part(), table) + ")";
        } else if (condition instanceof Condition.Constant constant) {
            return constant.truth() == Truth.UNKNOWN
                    ? "CAST(NULL AS BOOLEAN)"
                    : constant.truth().name();
        } else if (condition instanceof Condition.Missing missing) {
            Source source = source(missing.operand(), table);
            return source.isSingle() ? "(" + source.expression() + " IS NULL)" : "(NOT " + source.exists() + ")";
        }
        return test(condition, table);
    }

    private String joined(List<Condition> parts, String word, Table table) {
        return parts.stream().map(part -> condition(part, table)).collect(Collectors.joining(word, "(", ")"));
    }

    private String test(Condition condition, Table table) {
        if (condition instanceof Condition.Compares compares) {
            String sign = " " + compares.relation().sign() + " ";
            return test(List.of(compares.left(), compares.right()), table, both -> both.get(0) + sign + both.get(1));
        } else if (condition instanceof Condition.Within within) {
            List<Operand> operands = List.of(within.operand(), within.least(), within.greatest());
            return test(operands, table, all -> all.get(0) + " BETWEEN " + all.get(1) + " AND " + all.get(2));
        } else if (condition instanceof Condition.Resembles like) {
            String escape = " ESCAPE '" + like.escape() + "'";
            return test(
                    List.of(like.operand(), like.pattern()),
                    table,
                    both -> both.get(0) + " LIKE " + both.get(1) + escape);
        } else if (condition instanceof Condition.AmongSelected among) {
            String selection = selection(among.selection());
            return test(
                    List.of(among.operand()),
                    table,
                    one -> "CASE WHEN " + one.get(0) + " IS NULL THEN NULL ELSE " + one.get(0) + " IN (" + selection
                            + ") END");
        }
        return among((Condition.Among) condition, table);
    }

    private String among(Condition.Among among, Table table) {
        List<Source> options =
                among.options().stream().map(option -> source(option, table)).toList();
        Source operand = source(among.operand(), table);
        if (operand.isSingle() && options.stream().allMatch(Source::isSingle)) {
            return options.stream()
                    .map(Source::expression)
                    .collect(Collectors.joining(", ", "(" + operand.expression() + " IN (", "))"));
        }
        List<Condition> equalities = new ArrayList<>();
        among.options()
                .forEach(option -> equalities.add(new Condition.Compares(among.operand(), Relation.EQUAL, option)));
        return joined(equalities, " OR ", table);
    }

    private String test(List<Operand> operands, Table table, Function<List<String>, String> template) {
        List<Source> sources =
                operands.stream().map(operand -> source(operand, table)).toList();
        String test =
                "(" + template.apply(sources.stream().map(Source::expression).toList()) + ")";
        List<Source> several =
                sources.stream().filter(source -> !source.isSingle()).toList();
        if (several.isEmpty()) {
            return test;
        }
        String empty = several.stream().map(source -> "NOT " + source.exists()).collect(Collectors.joining(" OR "));
        Source all = new Source(
                several.stream().flatMap(source -> source.from().stream()).toList(),
                Stream.concat(
                                several.stream().flatMap(source -> source.where().stream()),
                                several.stream().map(source -> source.expression() + " IS NOT NULL"))
                        .toList(),
                "TRUE");
        return "(CASE WHEN " + empty + " THEN NULL WHEN " + all.exists(test) + " THEN TRUE WHEN "
                + all.exists(test + " IS UNKNOWN") + " THEN NULL ELSE FALSE END)";
    }

    private String selection(Selection selection) {
        Table table = new Table(selection.type(), alias());
        Source selected = source(selection.selected(), table);
        List<String> from = new ArrayList<>(List.of(table.type() + " " + table.alias()));
        from.addAll(selected.from());
        List<String> where = new ArrayList<>(selected.where());
        where.add(table.alias() + ".alive");
        where.add(selected.expression() + " IS NOT NULL");
        where.add(condition(selection.where(), table));
        return "SELECT " + selected.expression() + " FROM " + String.join(", ", from) + " WHERE "
                + String.join(" AND ", where);
    }

    private Source source(Operand operand, Table table) {
        if (operand instanceof Operand.Field field) {
            boolean set = field.name().equals("s") || field.name().equals("p");
            return set ? set(field.name(), table) : single(table.alias() + "." + field.name());
        } else if (operand instanceof Operand.Literal literal) {
            return single(literal(literal.value()));
        } else if (operand instanceof Operand.Parameter parameter) {
            return parameter(parameter);
        } else if (operand instanceof Operand.Now now) {
            return single(now(now.time()));
        } else if (operand instanceof Operand.Call call) {
            List<Source> sources = call.arguments().stream()
                    .map(argument -> source(argument, table))
                    .toList();
            return new Source(
                    sources.stream().flatMap(source -> source.from().stream()).toList(),
                    sources.stream().flatMap(source -> source.where().stream()).toList(),
                    call(call, sources.stream().map(Source::expression).toList()));
        }
        return single(table.alias() + ".id");
    }

    private Source set(String name, Table table) {
        String alias = alias();
        return new Source(
                List.of(table.type() + "_" + name + " " + alias),
                List.of(alias + ".id = " + table.alias() + ".id"),
                alias + ".v");
    }

    private Source parameter(Operand.Parameter parameter) {
        List<Value> values = world.parameter(parameter);
        if (values.isEmpty()) {
            String type = switch (parameter.name()) {
                case "text", "texts" -> "VARCHAR";
                case "real" -> "DOUBLE PRECISION";
                case "bool" -> "BOOLEAN";
                default -> "BIGINT";
            };
            return single("CAST(NULL AS " + type + ")");
        }
        if (values.size() == 1) {
            return single(literal(values.get(0)));
        }
        String alias = alias();
        String rows = values.stream().map(value -> "(" + literal(value) + ")").collect(Collectors.joining(", "));
        return new Source(List.of("(VALUES " + rows + ") " + alias + "(v)"), List.of(), alias + ".v");
    }

    private static Source single(String expression) {
        return new Source(List.of(), List.of(), expression);
    }

    private static String literal(Value value) {
        if (value instanceof Value.Text text) {
            return "'" + text.text().replace("'", "''") + "'";
        } else if (value instanceof Value.Bool) {
            return value.toString();
        }
        return "CAST(" + value + (value instanceof Value.Real ? " AS DOUBLE PRECISION)" : " AS BIGINT)");
    }

    private static String call(Operand.Call call, List<String> arguments) {
        String first = arguments.get(0);
        return switch (call.function()) {
            case ADD, SUBTRACT, MULTIPLY -> "(" + first + " " + call.function().sign() + " " + arguments.get(1) + ")";
            case DIVIDE -> "(" + first + " / NULLIF(" + arguments.get(1) + ", 0))";
            case CONCAT -> "(" + String.join(" || ", arguments) + ")";
            case DATE -> "CAST(CAST(" + timestamp(first) + " AS DATE) AS VARCHAR)";
            case YEAR, MONTH, DAY -> "EXTRACT(" + call.function() + " FROM " + timestamp(first) + ")";
            case LENGTH -> "CHAR_LENGTH(" + first + ")";
            default -> call.function() + "(" + String.join(", ", arguments) + ")";
        };
    }

    private static String timestamp(String millis) {
        return "DATEADD(MILLISECOND, " + millis + ", " + EPOCH + ")";
    }

    private static String now(RelativeTime time) {
        String now = timestamp(Long.toString(RandomWorld.NOW_MILLIS));
        String day = "DATE_TRUNC(DAY, " + now + ")";
        String base = switch (time.base()) {
            case NOW -> now;
            case TODAY -> day;
            case WEEK -> "DATEADD(DAY, 1 - EXTRACT(ISO_DAY_OF_WEEK FROM " + now + "), " + day + ")";
            case MONTH, YEAR -> "DATE_TRUNC(" + time.base() + ", " + now + ")";
        };
        String unit = time.unit().name().toLowerCase(Locale.ROOT).replaceFirst("s$", "");
        return "DATEDIFF(MILLISECOND, " + EPOCH + ", DATEADD(" + unit + ", " + time.amount() + ", " + base + "))";
    }

    private String alias() {
        return "x" + aliases++;
    }
}
