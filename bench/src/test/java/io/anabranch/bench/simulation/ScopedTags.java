package io.anabranch.bench.simulation;

import io.anabranch.crdt.Field;
import io.anabranch.crdt.FieldName;
import io.anabranch.crdt.Kind;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.state.SyncError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/**
 * Tags that people put on records, each of them once, and a model that knows sets, and which records became one. A tag of an accepted
 * commit is on what its record is now; one of which no commit was accepted is nowhere.
 */
final class ScopedTags {

    static final String FIELD = "tags";

    private static final FieldName NAME = new FieldName(FIELD, Kind.SET);

    private final World world;
    private final Map<Value, List<Written>> written = new HashMap<>();
    /** Those of which is not asked whether they are there: someone has removed them, or withdrawn their commit. */
    private final Set<Value> removed = new HashSet<>();

    private final Map<RecordKey, RecordKey> merged = new TreeMap<>();
    private int count;

    private record Written(SimulatedDevice device, long seq, RecordKey key) {}

    ScopedTags(World world) {
        this.world = world;
    }

    Value next() {
        return Value.of("t" + count++);
    }

    /** Someone takes a tag away that they see; whether it stays is then not asked. */
    void removeOne(Record view, RecordEdit edit) {
        view.elements(FIELD).stream().findFirst().ifPresent(tag -> {
            edit.remove(FIELD, tag);
            removed.add(tag);
        });
    }

    /** Commits were made. */
    void saved(SimulatedDevice device, long firstSeq) {
        for (Commit commit : device.state().pending(firstSeq, Integer.MAX_VALUE)) {
            for (Record delta : commit.deltas()) {
                delta.field(NAME).stream()
                        .map(Field::entries)
                        .flatMap(List::stream)
                        .forEach(entry -> written.computeIfAbsent(entry.key(), absent -> new ArrayList<>())
                                .add(new Written(device, commit.seq(), delta.key())));
            }
        }
    }

    /** Someone makes a deleted record anew, which takes away what they see of it. */
    void makesAnew(Record view) {
        removed.addAll(view.elements(FIELD));
    }

    /** The user of a device has discarded a commit, or makes another of it. */
    void withdrawn(SyncError error) {
        error.commit().deltas().forEach(delta -> removed.addAll(delta.elements(FIELD)));
    }

    void merged(RecordKey loser, RecordKey survivor) {
        merged.put(loser, survivor);
    }

    /**
     * Checks all of them.
     *
     * @param records the relay's
     * @param accepted whether a device's commit is
     * @param recovers whether the relay may know more than what it accepted
     */
    void check(Map<RecordKey, Record> records, BiPredicate<SimulatedDevice, Long> accepted, boolean recovers) {
        Map<Value, RecordKey> held = new HashMap<>();
        records.forEach((key, record) -> {
            if (!merged.containsKey(key)) {
                record.elements(FIELD).forEach(tag -> held.put(tag, key));
            }
        });
        written.forEach((tag, commits) -> {
            Written of = commits.stream()
                    .filter(commit -> accepted.test(commit.device, commit.seq))
                    .findFirst()
                    .orElse(null);
            RecordKey expected = of == null ? null : now(of.key);
            boolean isRight = expected == null ? recovers || !held.containsKey(tag) : expected.equals(held.get(tag));
            CheckFailure.require(
                    isRight || removed.contains(tag),
                    "merge",
                    "tag %s of %s is on %s instead of %s",
                    tag,
                    commits,
                    String.valueOf(held.get(tag)),
                    expected == null ? "none" : String.valueOf(records.get(expected)));
        });
        merged.keySet().forEach(loser -> checkGone(loser, records));
    }

    private void checkGone(RecordKey loser, Map<RecordKey, Record> records) {
        CheckFailure.require(!records.getOrDefault(loser, Record.empty(loser)).alive(), "merge", "%s is back", loser);
        records.forEach((key, record) -> {
            if (RandomTerms.TYPES.contains(key.type())
                    && RandomTerms.parent(key.type()).equals(loser.type())) {
                boolean refers = record.values(loser.type()).contains(Value.of(loser.id()));
                CheckFailure.require(
                        !refers || !record.alive(), "merge", "%s refers to %s, which is %s", key, loser, now(loser));
            }
        });
        world.say("merged for good: %s is %s", loser, now(loser));
    }

    private RecordKey now(RecordKey key) {
        RecordKey now = key;
        while (merged.containsKey(now)) {
            now = merged.get(now);
        }
        return now;
    }
}
