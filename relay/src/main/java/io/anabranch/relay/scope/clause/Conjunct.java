package io.anabranch.relay.scope.clause;

import io.anabranch.crdt.Value;
import io.anabranch.replica.query.Condition;
import io.anabranch.replica.query.Operand;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What a record must fulfil, all of it, and what it is known by. Immutable; equal if it asks the same.
 *
 * <p>A clause is a conjunct that stands for itself; the records that a {@link Join} leads to must fulfil one, too.
 *
 * @param type the object type
 * @param tests each must be true
 * @param keyParts the operands whose values are the key, each must have one
 * @param joins each must lead to a record, whose key is appended
 * @param binding the values of the parameters that the tests name
 */
public record Conjunct(
        String type,
        List<Condition> tests,
        List<Operand> keyParts,
        List<Join> joins,
        Map<String, List<Value>> binding) {

    /**
     * Leads to other records: those of a type that fulfil a conjunct, and where one operand has a value that the other has here.
     *
     * @param operand of the record here
     * @param selected of the records there, a field or the id
     * @param among what they must fulfil
     */
    public record Join(Operand operand, Operand.Stored selected, Conjunct among) {

        String text() {
            return operand.text() + " IN (SELECT " + selected.text() + " FROM " + among.text() + ")";
        }
    }

    /** Copies. */
    public Conjunct {
        tests = List.copyOf(tests);
        keyParts = List.copyOf(keyParts);
        joins = List.copyOf(joins);
        SortedMap<String, List<Value>> sorted = new TreeMap<>();
        binding.forEach((parameter, values) -> sorted.put(parameter, List.copyOf(values)));
        binding = Collections.unmodifiableSortedMap(sorted);
    }

    /** How many values a key has. */
    public int width() {
        int width = keyParts.size();
        for (Join join : joins) {
            width += join.among.width();
        }
        return width;
    }

    /** The parameters that tests name, here and behind the joins: they must be bound before records are looked at. */
    public Set<Operand.Parameter> parameters() {
        Set<Operand.Parameter> parameters = new LinkedHashSet<>();
        tests.forEach(test -> parameters.addAll(Anatomy.parameters(test)));
        joins.forEach(join -> parameters.addAll(join.among.parameters()));
        return parameters;
    }

    /** This conjunct with values for all its parameters. */
    public Conjunct bound(Function<Operand.Parameter, List<Value>> values) {
        Map<String, List<Value>> bound = new TreeMap<>();
        for (Condition test : tests) {
            Anatomy.parameters(test).forEach(parameter -> bound.put(parameter.text(), values.apply(parameter)));
        }
        List<Join> boundJoins = joins.stream()
                .map(join -> new Join(join.operand, join.selected, join.among.bound(values)))
                .toList();
        return new Conjunct(type, tests, keyParts, boundJoins, bound);
    }

    /** Every type that has a say: this one, and those behind joins and sub-queries. */
    public Set<String> types() {
        Set<String> types = new LinkedHashSet<>();
        types.add(type);
        tests.forEach(test -> types.addAll(Anatomy.selectedTypes(test)));
        joins.forEach(join -> types.addAll(join.among.types()));
        return types;
    }

    /** The canonical text: the same for conjuncts that are equal, different for others. */
    public String text() {
        List<String> parts = new ArrayList<>();
        tests.forEach(test -> parts.add("(" + test.text() + ")"));
        keyParts.forEach(part -> parts.add(part.text() + " = ?"));
        joins.forEach(join -> parts.add(join.text()));
        String where = parts.isEmpty() ? "" : " WHERE " + String.join(" AND ", parts);
        return type + where + (binding.isEmpty() ? "" : " WITH " + bindingText());
    }

    private String bindingText() {
        StringBuilder text = new StringBuilder();
        binding.forEach((parameter, values) -> {
            text.append(parameter).append('=').append(values.size());
            values.forEach(value -> {
                String shown = value.toString();
                text.append(' ')
                        .append(value.type())
                        .append(':')
                        .append(shown.length())
                        .append(':')
                        .append(shown);
            });
            text.append(';');
        });
        return text.toString();
    }
}
