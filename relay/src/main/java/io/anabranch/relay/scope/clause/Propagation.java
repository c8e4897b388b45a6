package io.anabranch.relay.scope.clause;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Finds the records whose keys may be others after a change of some. Follows the links from what changed outward, and stops
 * where a record contributes what it did before.
 *
 * <p>What is found may have the same keys all the same; what is not found has. A record that referred to another before the change
 * and does not after is one of the changed itself, so only references as they are now need to be followed.
 */
public final class Propagation {

    private final Dependencies dependencies;
    private final KeyFinder then;
    private final KeyFinder now;
    private final Set<Step> seen = new HashSet<>();
    private final Deque<Step> steps = new ArrayDeque<>();
    private final Set<RecordKey> found = new LinkedHashSet<>();

    private record Step(Link link, RecordKey key, boolean unconditional) {}

    /**
     * Between two worlds.
     *
     * @param then finds keys before the change
     * @param now finds keys after it
     */
    public Propagation(Dependencies dependencies, KeyFinder then, KeyFinder now) {
        this.dependencies = dependencies;
        this.then = then;
        this.now = now;
    }

    /** The records concerned by changes of these, apart from themselves. */
    public Set<RecordKey> changed(Collection<RecordKey> changed) {
        return follow(changed, false);
    }

    /**
     * The records concerned by changes of these while time has come for some records that are not yet {@link #flipped}. Whoever
     * depends on one of those has keys of an earlier time, which neither world knows; so where time has a say, whether the changed
     * contribute something else is not asked, lest the flip no longer find the way that the change has cut.
     */
    public Set<RecordKey> changedBeforeFlips(Collection<RecordKey> changed) {
        return follow(changed, true);
    }

    /** The records concerned by these, for which time has come: whether they contribute something else is not asked. */
    public Set<RecordKey> flipped(Collection<RecordKey> flipped) {
        return follow(flipped, true);
    }

    private Set<RecordKey> follow(Collection<RecordKey> origins, boolean flips) {
        for (RecordKey key : origins) {
            dependencies
                    .from(key.type())
                    .forEach(
                            link -> go(new Step(link, key, flips && link.inner().isTimed())));
        }
        while (!steps.isEmpty()) {
            take(steps.remove());
        }
        return found;
    }

    private void go(Step step) {
        if (seen.add(step)) {
            steps.add(step);
        }
    }

    private void take(Step step) {
        Link link = step.link;
        Record before = then.world().record(step.key);
        Record after = now.world().record(step.key);
        Set<Value> values = link.changedValues(before, then, after, now);
        if (step.unconditional) {
            values.addAll(before == null ? Set.of() : link.values(before));
            values.addAll(after == null ? Set.of() : link.values(after));
        }
        Link onward = link.onward();
        for (Value value : values) {
            for (Record outer : now.world().holding(link.outerType(), link.operand(), value)) {
                if (onward == null) {
                    found.add(outer.key());
                } else {
                    go(new Step(onward, outer.key(), step.unconditional));
                }
            }
        }
    }
}
