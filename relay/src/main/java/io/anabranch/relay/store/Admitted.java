package io.anabranch.relay.store;

import io.anabranch.crdt.Position;
import java.util.List;

/**
 * What one round of admission adds to the store: all of it, or nothing.
 *
 * @param before the head that the round was judged against
 * @param head the head after it: the same epoch, one sequence more for each accepted commit
 * @param changes each record once, as it is after the round
 * @param replicas the new heads of the replicas that got verdicts
 * @param verdicts ascending by sequence number within a replica
 */
public record Admitted(
        Position before, Position head, List<Change> changes, List<ReplicaHead> replicas, List<VerdictRun> verdicts) {

    /** Copies the lists and checks the positions. */
    public Admitted {
        if (before.epoch() != head.epoch() || before.sequence() > head.sequence()) {
            throw new IllegalArgumentException("a round does not go on from its head: " + before + ", " + head);
        }
        changes = List.copyOf(changes);
        replicas = List.copyOf(replicas);
        verdicts = List.copyOf(verdicts);
    }

    /**
     * A record that changed.
     *
     * @param record as it is now
     * @param isNew whether the store had no record of the key
     * @param liveChange what it adds to the count of living records of its type: -1, 0 or 1
     * @param buckets the buckets it is in
     */
    public record Change(StoredRecord record, boolean isNew, int liveChange, List<Long> buckets) {

        /** Copies the buckets. */
        public Change {
            buckets = List.copyOf(buckets);
        }
    }
}
