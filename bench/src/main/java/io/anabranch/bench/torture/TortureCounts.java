package io.anabranch.bench.torture;

import java.util.concurrent.atomic.LongAdder;

/** What has happened so far. Any thread. */
record TortureCounts(
        long seed,
        LongAdder commands,
        LongAdder syncs,
        LongAdder syncsFailed,
        LongAdder deviceKills,
        LongAdder relayKills,
        LongAdder relayRestores,
        LongAdder disksFull,
        LongAdder weathers) {

    static TortureCounts of(long seed) {
        return new TortureCounts(
                seed,
                new LongAdder(),
                new LongAdder(),
                new LongAdder(),
                new LongAdder(),
                new LongAdder(),
                new LongAdder(),
                new LongAdder(),
                new LongAdder());
    }

    long kills() {
        return deviceKills.sum() + relayKills.sum();
    }
}
