package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.META;
import static io.anabranch.replica.state.ReplicaFamilies.RECORDS;

import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.storage.Scan;
import io.anabranch.replica.storage.Storage;
import io.anabranch.replica.storage.WriteBatch;
import io.anabranch.replica.wire.RecordKeys;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The records that a device had when it started its download over and that the relay has not given again since. They are shown until
 * the next consistent page, and then go. Kept with the store, so that a refill may be cut short.
 */
final class Doubts {

    private static final byte[] PRESENT = {1};

    private final Storage storage;
    private final PendingLog log;
    private final Set<RecordKey> doubted;

    Doubts(Storage storage, PendingLog log) {
        this.storage = storage;
        this.log = log;
        this.doubted = new LinkedHashSet<>(ReplicaMeta.doubted(storage));
    }

    /** Whether nothing is in doubt. */
    boolean isEmpty() {
        return doubted.isEmpty();
    }

    /** All that the relay has confirmed is in doubt from now on. */
    void begin(WriteBatch batch) {
        try (Scan scan = storage.scan(RECORDS, new byte[0], null)) {
            while (scan.next()) {
                RecordKey key = RecordKeys.decode(scan.key(), 0);
                if (log.baseKept(key) != Unconfirmed.BaseKept.EMPTY && doubted.add(key)) {
                    batch.put(META, ReplicaMeta.doubtedKey(scan.key()), PRESENT);
                }
            }
        }
    }

    /** Everything was compared: nothing is in doubt any more. */
    void end(WriteBatch batch) {
        doubted.forEach(key -> batch.delete(META, ReplicaMeta.doubtedKey(RecordKeys.encode(key))));
    }

    /** To be called when the batch of {@link #end} is written. */
    void ended() {
        doubted.clear();
    }

    /** What patches are to a device that is not sure of what it has. */
    List<RecordPatch> settled(List<RecordPatch> patches, WriteBatch batch) {
        if (doubted.isEmpty()) {
            return patches;
        }
        List<RecordPatch> settled = new ArrayList<>();
        for (RecordPatch patch : patches) {
            boolean doubtful = doubted.contains(patch.key());
            settled.add(doubtful ? patch.whole() : patch);
            if (doubtful) {
                batch.delete(META, ReplicaMeta.doubtedKey(RecordKeys.encode(patch.key())));
            }
        }
        return settled;
    }

    /** The relay has given all: what is in doubt still has left. */
    List<RecordPatch> unsettled(List<RecordPatch> patches, WriteBatch batch) {
        Set<RecordKey> rest = new LinkedHashSet<>(doubted);
        patches.forEach(patch -> rest.remove(patch.key()));
        rest.forEach(key -> batch.delete(META, ReplicaMeta.doubtedKey(RecordKeys.encode(key))));
        return rest.stream().map(RecordPatch::leave).toList();
    }

    /** To be called when a batch with patches is written. */
    void written(List<RecordPatch> patches) {
        if (!doubted.isEmpty()) {
            patches.forEach(patch -> doubted.remove(patch.key()));
        }
    }
}
