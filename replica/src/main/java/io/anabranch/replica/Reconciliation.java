package io.anabranch.replica;

import io.anabranch.replica.session.ReconcileCounts;
import io.anabranch.replica.session.Reconciler;
import java.util.Map;
import java.util.TreeMap;

/**
 * What comparing the records of a replica with the relay's has found and done.
 *
 * @param completed whether everything was compared; an audit is put off if what this device is to have changes just then
 * @param offered records of which the relay, set back to a backup, has learnt something from this device
 * @param refused records that were offered to it and not taken
 * @param repaired by type, what differed here and is now as the relay has it
 */
public record Reconciliation(boolean completed, long offered, long refused, Map<String, Repaired> repaired) {

    /** Copies the map. */
    public Reconciliation {
        repaired = Map.copyOf(repaired);
    }

    /**
     * Records of one type that differed.
     *
     * @param missing those that were missing here
     * @param surplus those that should not have been here
     * @param different those that were something else here
     */
    public record Repaired(long missing, long surplus, long different) {

        /** All of them. */
        public long total() {
            return missing + surplus + different;
        }
    }

    /** How many records were repaired. */
    public long repairedCount() {
        return repaired.values().stream().mapToLong(Repaired::total).sum();
    }

    static Reconciliation of(Reconciler reconciler) {
        ReconcileCounts counts = reconciler.counts();
        Map<String, Repaired> repaired = new TreeMap<>();
        counts.repaired()
                .forEach((type, count) ->
                        repaired.put(type, new Repaired(count.missing(), count.surplus(), count.different())));
        return new Reconciliation(
                reconciler.isDone() && !reconciler.isPostponed(), counts.offered(), counts.refused(), repaired);
    }
}
