package io.anabranch.relay.scope.clause;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.Value;
import io.anabranch.replica.query.Condition;
import io.anabranch.replica.query.Operand;
import io.anabranch.replica.query.Relation;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One step from a record to those whose keys it has a say in: from what is behind a join or a sub-query to what is before it.
 *
 * @param inner what is asked of the record: a conjunct or a sub-query's condition
 * @param selected the operand of the record that is compared
 * @param outerType the type of those concerned
 * @param operand their operand that it is compared with
 * @param onward where it goes on from them, null if they are a clause's own
 */
record Link(
        Inner inner,
        Operand.Stored selected,
        String outerType,
        Operand operand,
        @Nullable Link onward) {

    /** What is asked of a record behind a join or a sub-query. */
    sealed interface Inner {

        /** The type of the record. */
        String type();

        /** What the record contributes: equal contributions change nothing. An empty set is none. */
        Set<List<Value>> contribution(Record record, KeyFinder finder);

        /** The operands of the record itself that it depends on. */
        Set<Operand> operands();

        /** Whether time alone can change what is contributed. */
        boolean isTimed();
    }

    /** Behind a join: contributes keys. */
    record Joined(Conjunct conjunct) implements Inner {
        @Override
        public String type() {
            return conjunct.type();
        }

        @Override
        public Set<List<Value>> contribution(Record record, KeyFinder finder) {
            return finder.keysBehind(conjunct, record);
        }

        @Override
        public Set<Operand> operands() {
            return Anatomy.operands(conjunct);
        }

        @Override
        public boolean isTimed() {
            return Anatomy.dependsOnTimeSomewhere(conjunct);
        }
    }

    /** In a sub-query of a test: contributes that it is there. */
    record Selected(Selecting selecting) implements Inner {

        private static final Set<List<Value>> THERE = Set.of(List.of());

        @Override
        public String type() {
            return selecting.type();
        }

        @Override
        public Set<List<Value>> contribution(Record record, KeyFinder finder) {
            return finder.isSelected(selecting, record) ? THERE : Set.of();
        }

        @Override
        public Set<Operand> operands() {
            return Anatomy.operands(selecting.where());
        }

        @Override
        public boolean isTimed() {
            return Anatomy.dependsOnTimeSomewhere(selecting.where());
        }
    }

    /** The links into a conjunct, from all depths behind it, the nearest first. */
    static void into(Conjunct conjunct, @Nullable Link onward, Set<Link> links) {
        for (Conjunct.Join join : conjunct.joins()) {
            Link link = new Link(new Joined(join.among()), join.selected(), conjunct.type(), join.operand(), onward);
            links.add(link);
            into(join.among(), link, links);
        }
        for (Condition test : conjunct.tests()) {
            into(new Selecting(conjunct.type(), test, conjunct.binding()), onward, links);
        }
    }

    private static void into(Selecting outer, @Nullable Link onward, Set<Link> links) {
        for (Condition.AmongSelected among : Anatomy.selections(outer.where())) {
            Selecting inner =
                    new Selecting(among.selection().type(), among.selection().where(), Map.copyOf(outer.binding()));
            Link link =
                    new Link(new Selected(inner), among.selection().selected(), outer.type(), among.operand(), onward);
            links.add(link);
            into(inner, link, links);
        }
    }

    /** The values for which a record contributes something else after a change, to whoever holds them. */
    Set<Value> changedValues(@Nullable Record before, KeyFinder then, @Nullable Record after, KeyFinder now) {
        Set<List<Value>> old = before == null ? Set.of() : inner.contribution(before, then);
        Set<List<Value>> current = after == null ? Set.of() : inner.contribution(after, now);
        Set<Value> oldValues = old.isEmpty() || before == null ? Set.of() : values(before);
        Set<Value> newValues = current.isEmpty() || after == null ? Set.of() : values(after);
        boolean same = old.equals(current);
        Set<Value> changed = new TreeSet<>(oldValues);
        changed.addAll(newValues);
        changed.removeIf(value -> same && oldValues.contains(value) && newValues.contains(value));
        return changed;
    }

    /** The values through which a record is referred to. */
    Set<Value> values(Record record) {
        Set<Value> values = new TreeSet<>();
        selected.values(record).forEach(value -> values.add(Relation.key(value)));
        return values;
    }
}
