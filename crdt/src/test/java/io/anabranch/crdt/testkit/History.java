package io.anabranch.crdt.testkit;

import io.anabranch.crdt.DotSet;
import io.anabranch.crdt.HybridClock;
import io.anabranch.crdt.Position;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * What three replicas and one relay did to one record: edits on their own copies, deltas that came late, twice, in another
 * order or never, states exchanged, edits refused. Its states are those that replicas can reach, with holes in their
 * contexts and concurrent writes.
 *
 * <p>The relay does what it may do to a record: it bounds stamps, leaves out dots it cannot know, and folds counters, alone
 * and in the order of its positions. It admits an edit after those that the edit supersedes.
 */
public final class History {

    /** How many replicas take part. */
    public static final int REPLICAS = 3;

    private static final RecordKey KEY = new RecordKey("call", "c1");
    private static final long START_MILLIS = 1_700_000_000_000L;
    private static final long STAMP_MAX = HybridClock.stamp(START_MILLIS + 3_600_000, 0);

    private record Roll(int replica, int action, int target, List<Change> changes) {}

    private final RecordEdit.DeleteRule deleteRule;
    private final Record[] views = new Record[REPLICAS];
    private final Record[] bases = new Record[REPLICAS];
    private final List<Record> deltas = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final Set<Integer> judged = new HashSet<>();
    private DotSet refused = DotSet.EMPTY;
    private Record relay = Record.empty(KEY);
    private long position;

    private History(RecordEdit.DeleteRule deleteRule, List<Roll> rolls) {
        this.deleteRule = deleteRule;
        Arrays.fill(views, Record.empty(KEY));
        Arrays.fill(bases, Record.empty(KEY));
        rolls.forEach(this::take);
    }

    /** Histories of up to 40 steps. */
    public static Arbitrary<History> arbitrary() {
        Arbitrary<Roll> rolls = Combinators.combine(
                        Arbitraries.integers().between(0, REPLICAS - 1),
                        Arbitraries.integers().between(0, 11),
                        Arbitraries.integers().between(0, 1000),
                        Change.arbitrary().list().ofMinSize(1).ofMaxSize(4))
                .as(Roll::new);
        return Combinators.combine(
                        Arbitraries.of(RecordEdit.DeleteRule.class),
                        rolls.list().ofMaxSize(40))
                .as(History::new)
                .withoutEdgeCases();
    }

    /** The 64-bit id of a replica; the last one is above the others only if ids are unsigned. */
    public static long replicaId(int replica) {
        return replica == REPLICAS - 1 ? Long.MIN_VALUE + 7 : replica + 1L;
    }

    /** What concurrent deletion and editing come to here. */
    public RecordEdit.DeleteRule deleteRule() {
        return deleteRule;
    }

    /** What happened, in order. */
    public List<Step> steps() {
        return Collections.unmodifiableList(steps);
    }

    /** The delta of each edit, as all have it. */
    public List<Record> deltas() {
        return Collections.unmodifiableList(deltas);
    }

    /** What a replica knows at the end. */
    public Record view(int replica) {
        return views[replica];
    }

    /** What the relay has confirmed at the end. */
    public Record relay() {
        return relay;
    }

    /** All states at the end, and all deltas: any of them may meet. */
    public List<Record> states() {
        List<Record> states = new ArrayList<>(Arrays.asList(views));
        states.add(relay);
        states.addAll(Arrays.asList(bases));
        states.addAll(deltas);
        return states;
    }

    /** All that anybody knows. */
    public Record joined() {
        return states().stream().reduce(Record.empty(KEY), Record::join);
    }

    @Override
    public String toString() {
        return deleteRule + " " + steps;
    }

    private void take(Roll roll) {
        switch (roll.action()) {
            case 0, 1, 2, 3, 4 -> edit(roll.replica(), roll.changes());
            case 5, 6 -> deliver(roll.replica(), roll.target());
            case 7 -> merge(roll.replica(), roll.target() % REPLICAS);
            case 8, 9 -> admit(roll.target());
            case 10 -> pull(roll.replica());
            default -> reject(roll.target());
        }
    }

    private void edit(int replica, List<Change> changes) {
        long stamp = stamp(replica);
        long firstN = views[replica].context().last(replicaId(replica)) + 1;
        RecordEdit.Author author = new RecordEdit.Author(replicaId(replica), firstN, stamp);
        RecordEdit edit = new RecordEdit(views[replica], bases[replica], author, deleteRule);
        changes.forEach(change -> change.applyTo(edit));
        Record delta = edit.build().clamped(STAMP_MAX);
        views[replica] = views[replica].join(delta);
        steps.add(new Step.Edited(replica, deltas.size(), changes, Math.min(stamp, STAMP_MAX)));
        deltas.add(delta);
    }

    // Three steps share a time, and the clock of replica 1 is far ahead.
    private long stamp(int replica) {
        long skewMillis = replica == 1 ? 3_590_000 : 0;
        return HybridClock.stamp(START_MILLIS + skewMillis + steps.size() / 3 * 1000L, 0);
    }

    private void deliver(int replica, int target) {
        if (!deltas.isEmpty()) {
            int edit = target % deltas.size();
            views[replica] = views[replica].join(deltas.get(edit));
            steps.add(new Step.Delivered(replica, edit));
        }
    }

    private void merge(int replica, int from) {
        views[replica] = views[replica].join(views[from]);
        steps.add(new Step.Merged(replica, from));
    }

    private void admit(int target) {
        int edit = deltas.isEmpty() ? 0 : target % deltas.size();
        if (deltas.isEmpty() || judged.contains(edit)) {
            return;
        }
        Record delta = deltas.get(edit);
        DotSet knowable = relay.context().union(own(delta));
        if (knowable.union(refused).containsAll(delta.context())) {
            judged.add(edit);
            position++;
            relay = relay.join(delta.withContext(delta.context().intersection(knowable)))
                    .folded(new Position(1, position));
            steps.add(new Step.Admitted(edit));
        }
    }

    private void reject(int target) {
        int edit = deltas.isEmpty() ? 0 : target % deltas.size();
        if (!deltas.isEmpty() && judged.add(edit)) {
            refused = refused.union(own(deltas.get(edit)));
            steps.add(new Step.Rejected(edit));
        }
    }

    private void pull(int replica) {
        bases[replica] = relay;
        views[replica] = views[replica].join(relay);
        steps.add(new Step.Pulled(replica));
    }

    private static DotSet own(Record delta) {
        DotSet.Builder dots = new DotSet.Builder();
        delta.fields().forEach(field -> field.entries().forEach(entry -> dots.add(entry.dot())));
        return dots.build();
    }
}
