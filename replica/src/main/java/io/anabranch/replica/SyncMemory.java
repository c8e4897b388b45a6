package io.anabranch.replica;

import static io.anabranch.replica.state.ReplicaFamilies.META;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.Storage;
import io.anabranch.replica.storage.StorageException;
import io.anabranch.replica.storage.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;

/** What a replica remembers of its syncs from one start to the next. Written on the replica's thread. */
final class SyncMemory {

    private static final byte[] KEY = "sync/memory".getBytes(StandardCharsets.US_ASCII);

    private final Storage storage;
    private io.anabranch.proto.SyncMemory stored;

    SyncMemory(Storage storage) {
        this.storage = storage;
        byte[] bytes = storage.get(META, KEY);
        try {
            this.stored = bytes == null
                    ? io.anabranch.proto.SyncMemory.getDefaultInstance()
                    : io.anabranch.proto.SyncMemory.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new StorageException("what is remembered of syncs is damaged; refresh the store", Map.of(), e);
        }
    }

    /** When a sync last succeeded, by way; ms since 1970. */
    Map<SyncWay, Long> succeededMillis() {
        Map<SyncWay, Long> succeeded = new EnumMap<>(SyncWay.class);
        for (SyncWay way : SyncWay.values()) {
            long millis = stored.getSucceededMillisOrDefault(way.text(), 0);
            if (millis > 0) {
                succeeded.put(way, millis);
            }
        }
        return succeeded;
    }

    /** When one last succeeded, whichever way; 0 for never. */
    long lastSuccessMillis() {
        return stored.getSucceededMillisMap().values().stream()
                .mapToLong(Long::longValue)
                .max()
                .orElse(0);
    }

    void succeeded(SyncWay way, long millis) {
        write(stored.toBuilder().putSucceededMillis(way.text(), millis).clearProblem());
    }

    /** When everything was last compared with the relay's, or the first sync succeeded; 0 for never. */
    long auditedMillis() {
        return stored.getAuditedMillis();
    }

    void audited(long millis) {
        write(stored.toBuilder().setAuditedMillis(millis));
    }

    /** Why the last one failed, empty if it did not. */
    String problem() {
        return stored.getProblem();
    }

    void failed(String problem) {
        if (!problem.equals(problem())) {
            write(stored.toBuilder().setProblem(problem));
        }
    }

    long tracks() {
        return stored.getTracks();
    }

    int trackSlots() {
        return stored.getTrackSlots();
    }

    void trackWritten(int slots) {
        write(stored.toBuilder().setTracks(stored.getTracks() + 1).setTrackSlots(slots));
    }

    private void write(io.anabranch.proto.SyncMemory.Builder changed) {
        stored = changed.build();
        WriteBatch batch = new WriteBatch();
        batch.put(META, KEY, stored.toByteArray());
        storage.write(batch, Durability.BUFFERED);
    }
}
