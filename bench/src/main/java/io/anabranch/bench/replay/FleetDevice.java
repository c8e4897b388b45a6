package io.anabranch.bench.replay;

import io.anabranch.replica.Replica;
import io.anabranch.replica.SyncReport;
import io.anabranch.replica.SyncWay;

/** One device of the fleet and what its syncs came to. */
final class FleetDevice implements AutoCloseable {

    private final String name;
    private final Replica replica;
    private long bytesUp;
    private long bytesDown;
    private long syncs;

    FleetDevice(String name, Replica replica) {
        this.name = name;
        this.replica = replica;
    }

    String name() {
        return name;
    }

    Replica replica() {
        return replica;
    }

    synchronized void sync() {
        SyncReport report = replica.sync(SyncWay.INCREMENTAL);
        bytesUp += report.bytesUp();
        bytesDown += report.bytesDown();
        syncs++;
    }

    synchronized long bytesUp() {
        return bytesUp;
    }

    synchronized long bytesDown() {
        return bytesDown;
    }

    synchronized long syncs() {
        return syncs;
    }

    @Override
    public void close() {
        replica.close();
    }
}
