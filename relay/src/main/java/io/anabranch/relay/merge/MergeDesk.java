package io.anabranch.relay.merge;

import io.anabranch.crdt.Field;
import io.anabranch.crdt.FieldName;
import io.anabranch.crdt.HybridClock;
import io.anabranch.crdt.Merging;
import io.anabranch.crdt.Position;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Takeover;
import io.anabranch.crdt.Value;
import io.anabranch.relay.admission.MergedRecords;
import io.anabranch.relay.admission.Round;
import io.anabranch.relay.admission.Rounds;
import io.anabranch.relay.configuration.HeldConfiguration;
import io.anabranch.relay.configuration.RelayReplica;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayView;
import io.anabranch.replica.schema.ConfigurationType;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Merges one record into another of its type, for administrators.
 *
 * <p>What refers to the one that goes refers to the one that stays, in fields that the schema says are references; a reference of the one
 * that stays to the one that goes is taken away. The one that goes is deleted, with a mark that names the other. All of this is in commits of
 * the relay's own, so devices see ordinary changes: in one commit for up to {@value #COMMIT_RECORDS_MAX} records that refer, in several
 * before it for more. What is cut off half way is done by merging again. Of the values of the one that goes, those come over that a
 * {@link Takeover} says.
 *
 * <p>Edits that arrive later for the one that goes are given to the one that stays by admission, and so are references to it; so are
 * those for a record that was merged into it before.
 *
 * <p>Thread-safe; one merge at a time. Reads all records of the types that can refer to it, twice.
 */
public final class MergeDesk {

    /** Most records that refer in one commit. */
    static final int COMMIT_RECORDS_MAX = 500;

    private final RelayStore store;
    private final RelayReplica relay;
    private final Rounds rounds;
    private final InstantSource clock;

    /** The desk of a store, which merges in these rounds. */
    public MergeDesk(RelayStore store, RelayReplica relay, Rounds rounds, InstantSource clock) {
        this.store = store;
        this.relay = relay;
        this.rounds = rounds;
        this.clock = clock;
    }

    /**
     * What a merge does.
     *
     * @param repointed by {@code type.field}, how many records refer to the other one now
     * @param takenOver of the record that stays, its life and the fields that are different from before, as they are after it
     * @param at where the record that goes is deleted; empty if nothing was changed
     */
    public record Outcome(Map<String, Integer> repointed, Record takenOver, Optional<Position> at) {

        /** Copies the map, in the order of its keys. */
        public Outcome {
            repointed = Collections.unmodifiableMap(new TreeMap<>(repointed));
        }
    }

    /**
     * What {@link #merge} would do now. Changes nothing.
     *
     * @throws IllegalArgumentException if these cannot be merged; the message says why
     */
    public Outcome preview(RecordKey loser, RecordKey survivor, Takeover takeover) {
        requireMergeable(loser, survivor);
        requireBothAlive(loser, survivor);
        try (RelayView view = store.view()) {
            Referrers referrers = referrers(view, loser);
            Ends ends = new Ends(record(view, loser), record(view, survivor));
            Record after = ends.survivor.join(survivorDelta(ends, referrers, takeover));
            return new Outcome(counts(referrers.find(view)), different(ends.survivor, after), Optional.empty());
        }
    }

    /**
     * Merges a record into another. Durable on return.
     *
     * @throws IllegalArgumentException if these cannot be merged; the message says why
     */
    public synchronized Outcome merge(RecordKey loser, RecordKey survivor, Takeover takeover) {
        requireMergeable(loser, survivor);
        requireBothAlive(loser, survivor);
        Map<RecordKey, List<String>> referring = found(loser);
        Map<String, Integer> repointed = counts(referring);
        List<RecordKey> keys = List.copyOf(referring.keySet());
        int last = Math.max(0, keys.size() - COMMIT_RECORDS_MAX);
        for (int from = 0; from < last; from += COMMIT_RECORDS_MAX) {
            repoint(keys.subList(from, Math.min(last, from + COMMIT_RECORDS_MAX)), loser, survivor);
        }
        List<RecordKey> rest = keys.subList(last, keys.size());
        End end = rounds.perform(
                round -> end(round, rest, new Ends(round.record(loser), round.record(survivor)), takeover));
        // Those that came to refer to it while it was read; from now on admission sees to it.
        Map<RecordKey, List<String>> late = found(loser);
        counts(late).forEach((field, count) -> repointed.merge(field, count, Integer::sum));
        repoint(late.keySet(), loser, survivor);
        return new Outcome(repointed, end.takenOver, Optional.of(end.at));
    }

    /** The two records. */
    private record Ends(Record loser, Record survivor) {}

    private record End(Record takenOver, Position at) {}

    private static void requireMergeable(RecordKey loser, RecordKey survivor) {
        if (!loser.type().equals(survivor.type())) {
            throw new IllegalArgumentException("Only records of one type can be merged: " + loser + ", " + survivor);
        } else if (loser.equals(survivor)) {
            throw new IllegalArgumentException("A record cannot be merged into itself: " + loser);
        } else if (ConfigurationType.isReserved(loser.type())) {
            throw new IllegalArgumentException("Configuration cannot be merged: " + loser);
        }
    }

    private void requireBothAlive(RecordKey loser, RecordKey survivor) {
        try (RelayView view = store.view()) {
            requireAlive(record(view, loser));
            requireAlive(record(view, survivor));
        }
    }

    private static void requireAlive(Record record) {
        if (!record.alive()) {
            String merged = record.value(MergedRecords.MARK)
                    .map(id -> "The record was merged before: " + record.key() + " into " + id)
                    .orElse("There is no such record: " + record.key());
            throw new IllegalArgumentException(merged);
        }
    }

    private static Record record(RelayView view, RecordKey key) {
        return view.record(key).map(stored -> stored.record()).orElse(Record.empty(key));
    }

    private static Referrers referrers(RelayView view, RecordKey loser) {
        return new Referrers(HeldConfiguration.read(view), loser);
    }

    private Map<RecordKey, List<String>> found(RecordKey loser) {
        try (RelayView view = store.view()) {
            return referrers(view, loser).find(view);
        }
    }

    private static Map<String, Integer> counts(Map<RecordKey, List<String>> found) {
        Map<String, Integer> counts = new TreeMap<>();
        found.forEach(
                (key, fields) -> fields.forEach(field -> counts.merge(key.type() + "." + field, 1, Integer::sum)));
        return counts;
    }

    private void repoint(Collection<RecordKey> referring, RecordKey loser, RecordKey survivor) {
        rounds.perform(round -> {
            List<Record> deltas = deltas(round, referring, loser, survivor);
            if (!deltas.isEmpty()) {
                relay.commit(round, stamp(), deltas);
            }
            return true;
        });
    }

    private End end(Round round, List<RecordKey> referring, Ends ends, Takeover takeover) {
        requireAlive(ends.loser);
        requireAlive(ends.survivor);
        RecordKey survivor = ends.survivor.key();
        List<RecordKey> others =
                referring.stream().filter(key -> !key.equals(survivor)).toList();
        List<Record> deltas = new ArrayList<>(deltas(round, others, ends.loser.key(), survivor));
        Record delta;
        try (RelayView view = store.view()) {
            delta = survivorDelta(ends, referrers(view, ends.loser.key()), takeover);
        }
        deltas.add(delta);
        deltas.add(deletion(ends.loser, survivor));
        Record takenOver = different(ends.survivor, ends.survivor.join(delta));
        return new End(takenOver, relay.commit(round, stamp(), deltas));
    }

    /** What becomes of the record that stays: it refers to neither of them, and takes over what it is to. */
    private Record survivorDelta(Ends ends, Referrers referrers, Takeover takeover) {
        Set<String> names = new HashSet<>();
        ends.loser.fields().forEach(field -> names.add(field.name().name()));
        for (String name : takeover.taken()) {
            if (!names.contains(name)) {
                throw new IllegalArgumentException(
                        "The record that goes has no such field to take: " + name + ", " + ends.loser.key());
            }
        }
        RecordKey survivor = ends.survivor.key();
        Value loserId = Value.of(ends.loser.key().id());
        Set<String> references = referrers.fields(survivor.type());
        RecordEdit.Author author = relay.author(ends.survivor, stamp());
        Record repointed = Merging.replaced(ends.survivor, references, new Merging.Replacement(loserId, null), author);
        Record from = Merging.without(ends.loser, references, Set.of(loserId, Value.of(survivor.id())));
        return repointed.join(takeover.delta(from, ends.survivor.join(repointed), author));
    }

    private static Record different(Record before, Record after) {
        Set<FieldName> different = new HashSet<>(Set.of(FieldName.LIFE));
        for (Field field : after.fields()) {
            if (!before.field(field.name()).equals(Optional.of(field))) {
                different.add(field.name());
            }
        }
        return after.only(different);
    }

    private List<Record> deltas(Round round, Collection<RecordKey> referring, RecordKey loser, RecordKey survivor) {
        Referrers referrers;
        try (RelayView view = store.view()) {
            referrers = referrers(view, loser);
        }
        List<Record> deltas = new ArrayList<>();
        for (RecordKey key : referring) {
            Record record = round.record(key);
            Value to = key.equals(survivor) ? null : Value.of(survivor.id());
            Record delta = Merging.replaced(
                    record,
                    referrers.fields(key.type()),
                    new Merging.Replacement(Value.of(loser.id()), to),
                    relay.author(record, stamp()));
            if (record.alive() && !delta.isEmpty()) {
                deltas.add(delta);
            }
        }
        return deltas;
    }

    /** The mark, and the end of the life that the record has; the mark renews no life. */
    private Record deletion(Record going, RecordKey survivor) {
        RecordEdit.Author author = relay.author(going, stamp());
        Record mark = new RecordEdit(going, null, author, RecordEdit.DeleteRule.DELETE_WINS)
                .set(MergedRecords.MARK, Value.of(survivor.id()))
                .build();
        Record end = new RecordEdit(going, null, author).delete().build();
        return mark.join(end);
    }

    private long stamp() {
        return HybridClock.stamp(clock.millis(), 0);
    }
}
