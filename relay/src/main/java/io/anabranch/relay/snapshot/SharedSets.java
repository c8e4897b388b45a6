package io.anabranch.relay.snapshot;

import io.anabranch.relay.scope.Columns;
import io.anabranch.relay.scope.ScopeSet;
import io.anabranch.relay.store.RelayView;
import java.util.HashMap;
import java.util.Map;

/** The part of a scope set that is worth a snapshot. */
final class SharedSets {

    private SharedSets() {}

    /** The buckets with at least so many records. */
    static ScopeSet of(ScopeSet set, RelayView view, long bucketRecordsMin) {
        Map<Long, Columns> large = new HashMap<>();
        for (long bucket : set.buckets()) {
            if (view.bucketSize(bucket).records() >= bucketRecordsMin) {
                large.put(bucket, set.columns(bucket));
            }
        }
        return ScopeSet.of(large);
    }

    /** About how many records are in a set. */
    static long records(RelayView view, ScopeSet set) {
        long records = 0;
        for (long bucket : set.buckets()) {
            records += view.bucketSize(bucket).records();
        }
        return records;
    }

    /** Whether who has one set may see everything of another one. */
    static boolean covers(ScopeSet set, ScopeSet other) {
        return other.buckets().stream().allMatch(bucket -> set.columns(bucket).covers(other.columns(bucket)));
    }
}
