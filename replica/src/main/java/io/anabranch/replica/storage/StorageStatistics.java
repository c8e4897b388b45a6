package io.anabranch.replica.storage;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a store takes and has done.
 *
 * @param diskBytes size of all files of the store, logs included; 0 for a store in memory
 * @param writeBufferBytes memory holding what is written and not yet in sorted files
 * @param blockCacheBytes memory holding what was read; stores that share a cache each report all of it
 * @param counters further numbers of the adapter by name, sorted; which ones there are is the adapter's affair
 */
public record StorageStatistics(
        long diskBytes, long writeBufferBytes, long blockCacheBytes, Map<String, Long> counters) {
    /** Copies the counters. */
    public StorageStatistics {
        counters = Collections.unmodifiableMap(new TreeMap<>(counters));
    }
}
