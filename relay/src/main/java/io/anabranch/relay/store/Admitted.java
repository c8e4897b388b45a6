package io.anabranch.relay.store;

import io.anabranch.crdt.Position;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one round adds to the store: all of it, or nothing.
 *
 * @param before the head that the round was judged against
 * @param head the head after it: the same epoch, one sequence more for each accepted commit, and for each other thing that moved
 *     records in their feeds, such as a timer
 * @param changes each record once, as it is after the round
 * @param replicas the new heads of the replicas that got verdicts
 * @param verdicts ascending by sequence number within a replica
 * @param upkeep what else changes in the same step
 */
public record Admitted(
        Position before,
        Position head,
        List<Change> changes,
        List<ReplicaHead> replicas,
        List<VerdictRun> verdicts,
        Upkeep upkeep) {

    /** Copies the lists and checks the positions. */
    public Admitted {
        if (before.epoch() != head.epoch() || before.sequence() > head.sequence()) {
            throw new IllegalArgumentException("a round does not go on from its head: " + before + ", " + head);
        }
        changes = List.copyOf(changes);
        replicas = List.copyOf(replicas);
        verdicts = List.copyOf(verdicts);
    }

    /** A round without upkeep. */
    public Admitted(
            Position before,
            Position head,
            List<Change> changes,
            List<ReplicaHead> replicas,
            List<VerdictRun> verdicts) {
        this(before, head, changes, replicas, verdicts, Upkeep.NONE);
    }

    /**
     * A record whose state or memberships changed.
     *
     * @param record as it is now, with its memberships: their places are where its entries in the feeds are from now on
     * @param before as the store has it, null if it does not know the key; its entries in the feeds go where they differ
     * @param liveChange what it adds to the count of living records of its type: -1, 0 or 1
     */
    public record Change(StoredRecord record, @Nullable StoredRecord before, int liveChange) {

        /** The same without buckets that were entered and left since a sequence. */
        Change settled(long head) {
            Memberships was = before == null ? Memberships.NONE : before.memberships();
            return new Change(record.in(record.memberships().settled(was, head)), before, liveChange);
        }
    }

    /**
     * What is kept beside the records and changes with them.
     *
     * @param references added and removed, in this order where they repeat
     * @param timers the same
     * @param rows of tables
     */
    public record Upkeep(List<ReferenceChange> references, List<TimerChange> timers, List<RowChange> rows) {

        /** Nothing. */
        public static final Upkeep NONE = new Upkeep(List.of(), List.of(), List.of());

        /** Copies the lists. */
        public Upkeep {
            references = List.copyOf(references);
            timers = List.copyOf(timers);
            rows = List.copyOf(rows);
        }

        /** This and then more. */
        public Upkeep and(Upkeep more) {
            return new Upkeep(
                    joined(references, more.references), joined(timers, more.timers), joined(rows, more.rows));
        }

        private static <T> List<T> joined(List<T> first, List<T> second) {
            List<T> all = new ArrayList<>(first);
            all.addAll(second);
            return all;
        }
    }

    /**
     * That a record holds a value in a field, so that {@link RelayView#referring} finds it by the value.
     *
     * @param key the record
     * @param field any name without a zero character; the caller's word for what is looked up
     * @param value the value
     * @param held whether it does from now on, or no longer does
     */
    public record ReferenceChange(RecordKey key, String field, Value value, boolean held) {}

    /**
     * An instant at which a record is to be looked at.
     *
     * @param millis ms since 1970
     * @param key the record
     * @param set whether it is from now on, or no longer is
     */
    public record TimerChange(long millis, RecordKey key, boolean set) {}

    /**
     * A row of a {@link RelayTable} that is written with the round.
     *
     * @param table its name
     * @param key of the row
     * @param value null to delete it
     */
    public record RowChange(String table, byte[] key, byte @Nullable [] value) {}
}
