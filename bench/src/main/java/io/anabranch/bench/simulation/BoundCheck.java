package io.anabranch.bench.simulation;

import io.anabranch.replica.state.ReplicaFamilies;
import io.anabranch.replica.wire.RecordKeys;
import java.util.Set;
import java.util.TreeSet;

/** A device keeps nothing longer than it needs: bases apart only where commits are unconfirmed, staged pages only until applied. */
final class BoundCheck implements Check {

    private static final String CHECK = "bounded";
    private static final int META_ROWS = 9;

    private final History history;

    BoundCheck(History history) {
        this.history = history;
    }

    @Override
    public void check(SimulatedDevice device) {
        Set<String> unconfirmed = new TreeSet<>();
        device.state()
                .pending(0, Integer.MAX_VALUE)
                .forEach(commit -> commit.deltas()
                        .forEach(delta -> unconfirmed.add(delta.key().toString())));
        device.state()
                .errors()
                .list(Integer.MAX_VALUE)
                .forEach(error -> error.commit()
                        .deltas()
                        .forEach(delta -> unconfirmed.add(delta.key().toString())));
        for (Disk.Row row : Disk.rows(device.storage(), ReplicaFamilies.BASE)) {
            String key = RecordKeys.decode(row.key(), 0).toString();
            CheckFailure.require(unconfirmed.contains(key), CHECK, "%s keeps a base of %s apart", device, key);
        }
        int metaRows = Disk.rows(device.storage(), ReplicaFamilies.META).size();
        CheckFailure.require(
                metaRows <= META_ROWS + history.keys().size(), CHECK, "%s has %d single values", device, metaRows);
        if (device.state().pendingCount() + device.state().errorCount() == 0) {
            CheckFailure.require(
                    Disk.isEmpty(device.storage(), ReplicaFamilies.BY_RECORD),
                    CHECK,
                    "%s names commits it lacks",
                    device);
        }
    }
}
