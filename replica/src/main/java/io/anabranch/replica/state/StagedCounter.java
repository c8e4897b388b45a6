package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.META;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.crdt.Position;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.StagedCount;
import io.anabranch.proto.StagedCounts;
import io.anabranch.replica.storage.StorageException;
import io.anabranch.replica.storage.StorageReader;
import io.anabranch.replica.storage.WriteBatch;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How many records are staged of each type, and their bytes; stored with them. */
final class StagedCounter {

    private final Map<String, Count> counts = new TreeMap<>();

    private record Count(long records, long size) {
        Count plus(long moreRecords, long moreSize) {
            return new Count(records + moreRecords, size + moreSize);
        }
    }

    static StagedCounter read(StorageReader storage) {
        StagedCounter counter = new StagedCounter();
        byte[] bytes = storage.get(META, ReplicaMeta.STAGED_COUNTS);
        if (bytes != null) {
            try {
                StagedCounts.parseFrom(bytes)
                        .getByTypeMap()
                        .forEach((type, count) ->
                                counter.counts.put(type, new Count(count.getRecords(), count.getSize())));
            } catch (InvalidProtocolBufferException e) {
                throw new StorageException("the count of what is staged is damaged; refresh the store", Map.of(), e);
            }
        }
        return counter;
    }

    /** A row takes the place of another one, or of none. */
    void replaced(RecordKey key, @Nullable StagedRow before, StagedRow after) {
        long size = after.state().length - (before == null ? 0L : before.state().length);
        counts.merge(
                key.type(), new Count(before == null ? 1 : 0, size), (had, more) -> had.plus(more.records, more.size));
    }

    void writeTo(WriteBatch batch) {
        StagedCounts.Builder message = StagedCounts.newBuilder();
        counts.forEach((type, count) -> message.putByType(
                type,
                StagedCount.newBuilder()
                        .setRecords(count.records)
                        .setSize(count.size)
                        .build()));
        batch.put(META, ReplicaMeta.STAGED_COUNTS, message.build().toByteArray());
    }

    void clear() {
        counts.clear();
    }

    Waiting waiting(boolean isReady, Position position) {
        Map<String, Long> records = new TreeMap<>();
        long configuration = 0;
        long size = 0;
        for (Map.Entry<String, Count> entry : counts.entrySet()) {
            String type = entry.getKey();
            if (!ReplicaFamilies.isOwnMaking(type)) {
                records.put(type, entry.getValue().records);
                size += entry.getValue().size;
                configuration += type.startsWith("$") ? entry.getValue().records : 0;
            }
        }
        return new Waiting(isReady, position, records, configuration, size);
    }
}
