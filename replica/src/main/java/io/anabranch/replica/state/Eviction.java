package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.META;

import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.Storage;
import io.anabranch.replica.storage.WriteBatch;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which records' content is to be erased from the files; kept with the store until that is done. */
final class Eviction {

    private final Storage storage;
    private byte @Nullable [] first;
    private byte @Nullable [] last;
    private long version;

    Eviction(Storage storage) {
        this.storage = storage;
        byte[] stored = storage.get(META, ReplicaMeta.EVICTED);
        if (stored != null) {
            int size = ByteBuffer.wrap(stored).getInt();
            first = Arrays.copyOfRange(stored, Integer.BYTES, Integer.BYTES + size);
            last = Arrays.copyOfRange(stored, Integer.BYTES + size, stored.length);
        }
    }

    Optional<EvictedRange> range() {
        byte[] from = first;
        byte[] to = last;
        return from == null || to == null ? Optional.empty() : Optional.of(new EvictedRange(from, to, version));
    }

    void add(byte[] recordKey) {
        version++;
        if (first == null || Arrays.compareUnsigned(recordKey, first) < 0) {
            first = recordKey;
        }
        if (last == null || Arrays.compareUnsigned(recordKey, last) > 0) {
            last = recordKey;
        }
    }

    void writeTo(WriteBatch batch) {
        byte[] from = first;
        byte[] to = last;
        if (from != null && to != null) {
            batch.put(
                    META,
                    ReplicaMeta.EVICTED,
                    ByteBuffer.allocate(Integer.BYTES + from.length + to.length)
                            .putInt(from.length)
                            .put(from)
                            .put(to)
                            .array());
        }
    }

    void erased(EvictedRange range) {
        if (range.version() == version) {
            WriteBatch batch = new WriteBatch();
            batch.delete(META, ReplicaMeta.EVICTED);
            storage.write(batch, Durability.BUFFERED);
            first = null;
            last = null;
        }
    }
}
