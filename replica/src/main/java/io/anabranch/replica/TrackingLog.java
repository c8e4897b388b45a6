package io.anabranch.replica;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.state.CommitBuilder;
import io.anabranch.replica.state.CommitGroup;
import io.anabranch.replica.state.ReplicaState;
import io.anabranch.replica.tracking.SyncTrack;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The records of a replica's last runs. They take turns among a fixed number of records, so neither the device nor the relay has more of
 * them, and no tombstones. Written on the replica's thread as commits of its own, which go up with the next sync and start none.
 */
final class TrackingLog {

    private final ReplicaState state;
    private final SyncMemory memory;
    private final int slots;

    TrackingLog(ReplicaState state, SyncMemory memory, int slots) {
        this.state = state;
        this.memory = memory;
        this.slots = slots;
    }

    boolean isKept() {
        return slots > 0;
    }

    void add(SyncTrack track) {
        if (!isKept()) {
            return;
        }
        CommitGroup group = state.newGroup();
        group.add(builder -> {
            RecordKey key = key(memory.tracks() % slots);
            track.writeTo(builder.edit(key), builder.view(key));
            removeBeyond(builder);
        });
        group.write();
        memory.trackWritten(slots);
    }

    /** The runs that are kept, latest first. */
    List<SyncTrack> list() {
        List<SyncTrack> tracks = new ArrayList<>();
        for (int slot = 0; slot < Math.max(slots, memory.trackSlots()); slot++) {
            Record record = state.view(key(slot));
            if (record.alive()) {
                tracks.add(SyncTrack.of(record));
            }
        }
        tracks.sort(Comparator.comparingLong((SyncTrack track) -> track.times().startedMillis())
                .reversed());
        return tracks;
    }

    private void removeBeyond(CommitBuilder builder) {
        for (int slot = slots; slot < memory.trackSlots(); slot++) {
            if (builder.view(key(slot)).alive()) {
                builder.edit(key(slot)).delete();
            }
        }
    }

    private RecordKey key(long slot) {
        return SyncTrack.key(state.replica(), slot);
    }
}
