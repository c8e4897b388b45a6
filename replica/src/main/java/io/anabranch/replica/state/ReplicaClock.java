package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.META;

import io.anabranch.crdt.HybridClock;
import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.Storage;
import io.anabranch.replica.storage.WriteBatch;
import java.util.function.LongSupplier;

/** The clock of a device's stamps: its wall clock, put right by what is known of the relay's, and never behind its own last commit. */
final class ReplicaClock {

    private static final long OFFSET_IGNORED_MILLIS = 2_000;

    private final Storage storage;
    private final LongSupplier wallMillis;
    private final HybridClock clock;
    private long offsetMillis;

    ReplicaClock(Storage storage, LongSupplier wallMillis) {
        this.storage = storage;
        this.wallMillis = wallMillis;
        this.clock = new HybridClock(() -> wallMillis.getAsLong() + offsetMillis);
        this.offsetMillis = ReplicaMeta.number(storage, ReplicaMeta.CLOCK_OFFSET);
    }

    /** A stamp after all that were given or observed. */
    long next() {
        return clock.next();
    }

    /** Stamps that are given from now on are after this one. */
    void observe(long stamp) {
        clock.observe(stamp);
    }

    /** Learns how far the wall clock is off the relay's; small differences are left alone. */
    void observeRelay(long relayMillis) {
        long offset = relayMillis - wallMillis.getAsLong();
        if (Math.abs(offset - offsetMillis) > OFFSET_IGNORED_MILLIS) {
            WriteBatch batch = new WriteBatch();
            batch.put(META, ReplicaMeta.CLOCK_OFFSET, ReplicaFamilies.number(offset));
            storage.write(batch, Durability.BUFFERED);
            offsetMillis = offset;
        }
    }
}
