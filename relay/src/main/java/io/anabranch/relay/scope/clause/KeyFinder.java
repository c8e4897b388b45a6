package io.anabranch.relay.scope.clause;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.replica.query.Condition;
import io.anabranch.replica.query.Operand;
import io.anabranch.replica.query.Relation;
import io.anabranch.replica.query.Truth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Evaluates clauses in one {@link World}. Remembers what it found behind joins, so it is for a world that does not change, and
 * a thousand records that refer to one cost one evaluation of that. For one thread.
 */
public final class KeyFinder {

    private static final Set<List<Value>> NO_VALUES = Set.of(List.of());

    private final World world;
    private final IdentityHashMap<Conjunct, Map<RecordKey, Set<List<Value>>>> behindJoins = new IdentityHashMap<>();

    private final IdentityHashMap<Conjunct.Join, Map<Value, Set<List<Value>>>> byValue = new IdentityHashMap<>();

    /** Looks into a world. */
    public KeyFinder(World world) {
        this.world = world;
    }

    /** The world. */
    public World world() {
        return world;
    }

    /**
     * The keys of a record: none if it does not fulfil the conjunct, one without values if that has no key parts. Whether the
     * record is alive is not looked at.
     */
    public Set<List<Value>> keys(Conjunct conjunct, Record record) {
        if (!passes(conjunct, record)) {
            return Set.of();
        }
        WorldCircumstances circumstances = new WorldCircumstances(world, conjunct.binding());
        Set<List<Value>> keys = NO_VALUES;
        for (Operand part : conjunct.keyParts()) {
            Set<List<Value>> values = new LinkedHashSet<>();
            part.values(record, circumstances).forEach(value -> values.add(List.of(Relation.key(value))));
            keys = product(keys, values);
        }
        for (Conjunct.Join join : conjunct.joins()) {
            if (!keys.isEmpty()) {
                keys = product(keys, behind(join, record, circumstances));
            }
        }
        return keys;
    }

    /** The keys of a record behind a join: none if it is deleted. */
    Set<List<Value>> keysBehind(Conjunct among, Record record) {
        if (!record.alive()) {
            return Set.of();
        }
        Map<RecordKey, Set<List<Value>>> known = behindJoins.computeIfAbsent(among, key -> new HashMap<>());
        Set<List<Value>> keys = known.get(record.key());
        if (keys == null) {
            keys = keys(among, record);
            known.put(record.key(), keys);
        }
        return keys;
    }

    /** Whether a living record fulfils what a sub-query asks. */
    boolean isSelected(Selecting selecting, Record record) {
        return record.alive()
                && selecting.where().of(record, new WorldCircumstances(world, selecting.binding())) == Truth.TRUE;
    }

    private boolean passes(Conjunct conjunct, Record record) {
        if (conjunct.tests().isEmpty()) {
            return true;
        }
        WorldCircumstances circumstances = new WorldCircumstances(world, conjunct.binding());
        for (Condition test : conjunct.tests()) {
            if (test.of(record, circumstances) != Truth.TRUE) {
                return false;
            }
        }
        return true;
    }

    private Set<List<Value>> behind(Conjunct.Join join, Record record, WorldCircumstances circumstances) {
        Map<Value, Set<List<Value>>> known = byValue.computeIfAbsent(join, key -> new HashMap<>());
        Set<List<Value>> keys = Set.of();
        for (Value held : join.operand().values(record, circumstances)) {
            Value value = Relation.key(held);
            Set<List<Value>> found = known.get(value);
            if (found == null) {
                found = behind(join, value);
                known.put(value, found);
            }
            keys = union(keys, found);
        }
        return keys;
    }

    private Set<List<Value>> behind(Conjunct.Join join, Value value) {
        Set<List<Value>> keys = Set.of();
        for (Record found : world.holding(join.among().type(), join.selected(), value)) {
            keys = union(keys, keysBehind(join.among(), found));
        }
        return keys;
    }

    private static Set<List<Value>> union(Set<List<Value>> left, Set<List<Value>> right) {
        if (left.isEmpty() || right.isEmpty()) {
            return left.isEmpty() ? right : left;
        }
        Set<List<Value>> both = new LinkedHashSet<>(left);
        both.addAll(right);
        return both;
    }

    private static Set<List<Value>> product(Set<List<Value>> left, Set<List<Value>> right) {
        if (left.equals(NO_VALUES)) {
            return right;
        } else if (right.equals(NO_VALUES)) {
            return left;
        }
        Set<List<Value>> product = new LinkedHashSet<>();
        for (List<Value> head : left) {
            for (List<Value> tail : right) {
                List<Value> both = new ArrayList<>(head);
                both.addAll(tail);
                product.add(List.copyOf(both));
            }
        }
        return product;
    }
}
