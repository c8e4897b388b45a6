package io.anabranch.relay.scope.clause;

import io.anabranch.crdt.Field;
import io.anabranch.crdt.Record;
import io.anabranch.replica.query.Condition;
import io.anabranch.replica.query.Operand;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What depends on what among the clauses in force: which fields of a type have a say, which indexes evaluation needs, and where a
 * change leads. Immutable; made once for a configuration.
 */
public final class Dependencies {

    private final Map<String, Set<Link>> linksByInner = new LinkedHashMap<>();
    private final Map<String, Set<Operand>> indexed = new LinkedHashMap<>();
    private final Map<String, Set<Operand>> operands = new HashMap<>();
    private final Map<String, Set<String>> fields = new HashMap<>();
    private final Map<String, Set<Reference>> references = new HashMap<>();
    private final Map<String, Set<Selecting>> timed = new LinkedHashMap<>();

    /**
     * That a type's records lead to those of another.
     *
     * @param operand whose values are ids
     * @param type of the records with these ids
     */
    public record Reference(Operand operand, String type) {}

    /** Of clauses, which are bound. */
    public Dependencies(Collection<Conjunct> clauses) {
        for (Conjunct clause : clauses) {
            Set<Link> links = new LinkedHashSet<>();
            Link.into(clause, null, links);
            uses(clause.type(), Anatomy.operands(clause));
            clause.tests().forEach(test -> time(new Selecting(clause.type(), test, clause.binding())));
            links.forEach(this::add);
        }
        operands.forEach((type, used) -> {
            Set<String> names = new LinkedHashSet<>();
            used.forEach(operand -> names.addAll(Anatomy.fields(operand)));
            fields.put(type, names);
        });
    }

    private void add(Link link) {
        linksByInner
                .computeIfAbsent(link.inner().type(), type -> new LinkedHashSet<>())
                .add(link);
        uses(link.inner().type(), link.inner().operands());
        uses(link.inner().type(), Set.of(link.selected()));
        index(link.inner().type(), link.selected());
        index(link.outerType(), link.operand());
        if (link.selected() instanceof Operand.Id) {
            references
                    .computeIfAbsent(link.outerType(), type -> new LinkedHashSet<>())
                    .add(new Reference(link.operand(), link.inner().type()));
        }
        if (link.inner() instanceof Link.Joined joined) {
            Conjunct behind = joined.conjunct();
            behind.tests().forEach(test -> time(new Selecting(behind.type(), test, behind.binding())));
        } else if (link.inner() instanceof Link.Selected selected) {
            time(selected.selecting());
        }
    }

    private void uses(String type, Set<Operand> used) {
        operands.computeIfAbsent(type, key -> new LinkedHashSet<>()).addAll(used);
    }

    private void index(String type, Operand operand) {
        if (!(operand instanceof Operand.Id)) {
            indexed.computeIfAbsent(type, key -> new LinkedHashSet<>()).add(operand);
        }
    }

    private void time(Selecting asked) {
        for (Condition leaf : Anatomy.leaves(asked.where())) {
            if (Anatomy.dependsOnTime(leaf)) {
                timed.computeIfAbsent(asked.type(), key -> new LinkedHashSet<>())
                        .add(new Selecting(asked.type(), leaf, asked.binding()));
            }
        }
    }

    /** The operands of a type that {@link World#holding} is asked for, but for the id. */
    public Set<Operand> indexed(String type) {
        return indexed.getOrDefault(type, Set.of());
    }

    /**
     * The next instant at which time alone may change what a record contributes; empty if never. Depends on nothing but the record
     * and the clock.
     */
    public OptionalLong nextFlip(Record record, World world) {
        OptionalLong next = OptionalLong.empty();
        for (Selecting asked : timed.getOrDefault(record.key().type(), Set.of())) {
            OptionalLong at = asked.where().nextFlip(record, new WorldCircumstances(world, asked.binding()));
            if (at.isPresent() && (next.isEmpty() || at.getAsLong() < next.getAsLong())) {
                next = at;
            }
        }
        return next;
    }

    /** The types of records whose references or timers have to be known. */
    public Set<String> preparedTypes() {
        Set<String> types = new LinkedHashSet<>(indexed.keySet());
        types.addAll(timed.keySet());
        return types;
    }

    /** Whether what these need of a type covers what others need. */
    public boolean prepares(String type, Dependencies others) {
        return indexed(type).containsAll(others.indexed(type))
                && timed.getOrDefault(type, Set.of()).containsAll(others.timed.getOrDefault(type, Set.of()));
    }

    /** Where evaluation goes on by id from the records of a type. */
    public Set<Reference> references(String type) {
        return references.getOrDefault(type, Set.of());
    }

    /** Whether a change names a field that has a say. */
    public boolean mayConcern(Record delta) {
        Set<String> names = fields.get(delta.key().type());
        if (names == null) {
            return false;
        }
        for (Field field : delta.fields()) {
            if (names.contains(field.name().name())) {
                return true;
            }
        }
        return false;
    }

    /** Whether a change can make a difference to any key: a field that has a say is another, or the record's life is. */
    public boolean concerns(@Nullable Record before, Record after) {
        Set<String> names = fields.get(after.key().type());
        if (names == null) {
            return false;
        }
        return before == null || before.alive() != after.alive() || differs(names, before, after);
    }

    Collection<Link> from(String type) {
        return linksByInner.getOrDefault(type, Set.of());
    }

    private static boolean differs(Set<String> names, Record before, Record after) {
        Iterator<Field> old = named(names, before).iterator();
        Iterator<Field> current = named(names, after).iterator();
        while (old.hasNext() && current.hasNext()) {
            if (!old.next().equals(current.next())) {
                return true;
            }
        }
        return old.hasNext() || current.hasNext();
    }

    private static List<Field> named(Set<String> names, Record record) {
        List<Field> fields = new ArrayList<>();
        for (Field field : record.fields()) {
            if (names.contains(field.name().name())) {
                fields.add(field);
            }
        }
        return fields;
    }
}
