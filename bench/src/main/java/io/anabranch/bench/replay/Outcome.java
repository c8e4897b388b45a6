package io.anabranch.bench.replay;

import io.anabranch.crdt.Field;
import io.anabranch.crdt.Kind;
import io.anabranch.crdt.Record;
import io.anabranch.relay.store.RelayView;
import io.anabranch.replica.ReplicaStatus;
import io.anabranch.replica.schema.ConfigurationType;
import io.anabranch.replica.state.StoreDigest;
import io.anabranch.replica.wire.RecordKeys;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Compares all stores of a fleet and sums up. */
final class Outcome {

    private final Fleet fleet;
    private final ConcurrencyTally tally;
    private final Map<String, Long> liveRecords = new TreeMap<>();
    private long sideBySide;

    Outcome(Fleet fleet, ConcurrencyTally tally) {
        this.fleet = fleet;
        this.tally = tally;
    }

    ReplayReport report(List<StreamCommit> stream, double seconds) {
        try (RelayView view = fleet.relay().store().view()) {
            String digest = relayDigest(view);
            AtomicBoolean converged = new AtomicBoolean(true);
            AtomicLong lost = new AtomicLong();
            AtomicLong errors = new AtomicLong();
            fleet.forEach(device -> {
                ReplicaStatus status = device.replica().status();
                long known = view.replicaHead(status.replica()).nextSeq() - 1;
                lost.addAndGet(Math.max(0, status.commits() - known - status.pending()));
                errors.addAndGet(status.errors());
                if (status.pending() > 0 || !device.replica().digest().hex().equals(digest)) {
                    converged.set(false);
                }
            });
            long edits =
                    stream.stream().mapToLong(commit -> commit.changes().size()).sum();
            return new ReplayReport(
                    fleet.devices().size(),
                    stream.size(),
                    edits,
                    liveRecords,
                    lost.get(),
                    errors.get(),
                    tally.concurrentCommits(),
                    tally.concurrentEdits(),
                    sideBySide,
                    converged.get(),
                    digest,
                    fleet.devices().stream().mapToLong(FleetDevice::syncs).sum(),
                    fleet.devices().stream().mapToLong(FleetDevice::bytesUp).sum(),
                    fleet.devices().stream().mapToLong(FleetDevice::bytesDown).sum(),
                    seconds);
        }
    }

    private String relayDigest(RelayView view) {
        StoreDigest digest = new StoreDigest();
        view.forEachRecord(stored -> {
            digest.add(RecordKeys.encode(stored.key()), stored.state().toByteArray());
            count(stored.record());
        });
        return digest.hex();
    }

    private void count(Record record) {
        if (!record.alive() || ConfigurationType.isReserved(record.key().type())) {
            return;
        }
        liveRecords.merge(record.key().type(), 1L, Long::sum);
        for (Field field : record.fields()) {
            if (field.name().kind().equals(Kind.REGISTER) && field.entries().size() > 1) {
                sideBySide++;
            }
        }
    }
}
