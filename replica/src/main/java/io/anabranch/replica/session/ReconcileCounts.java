package io.anabranch.replica.session;

import java.util.Map;
import java.util.TreeMap;

/**
 * What a reconciliation has found and done.
 *
 * @param offered records of which the relay has learnt something
 * @param refused records that were offered and not taken
 * @param repaired records whose base was not what it should be and is now
 */
public record ReconcileCounts(long offered, long refused, Map<String, Repaired> repaired) {

    /** Nothing yet. */
    public static final ReconcileCounts NONE = new ReconcileCounts(0, 0, Map.of());

    /** Copies the map. */
    public ReconcileCounts {
        repaired = Map.copyOf(repaired);
    }

    /**
     * Records of one type that were repaired.
     *
     * @param missing those the device lacked
     * @param surplus those it should not have had
     * @param different those of which it had something else
     */
    public record Repaired(long missing, long surplus, long different) {

        Repaired plus(Repaired more) {
            return new Repaired(missing + more.missing, surplus + more.surplus, different + more.different);
        }

        /** All of them. */
        public long total() {
            return missing + surplus + different;
        }
    }

    ReconcileCounts offered(long more, long refusedMore) {
        return new ReconcileCounts(offered + more, refused + refusedMore, repaired);
    }

    ReconcileCounts repaired(String type, Repaired more) {
        Map<String, Repaired> all = new TreeMap<>(repaired);
        all.merge(type, more, Repaired::plus);
        return new ReconcileCounts(offered, refused, all);
    }
}
