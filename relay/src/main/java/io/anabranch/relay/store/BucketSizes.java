package io.anabranch.relay.store;

import io.anabranch.crdt.Position;
import io.anabranch.replica.storage.StorageReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How much is in the buckets, as the appender needs it for each bucket that a round touches: those lately touched are in memory,
 * some 100 bytes each. Who appends tells what it has written; if someone else did, all is read again. For the thread that holds
 * the store's lock.
 */
final class BucketSizes {

    private static final int KNOWN_MAX = 50_000;

    private final StorageReader stored;
    private final Map<Long, RelayView.BucketSize> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, RelayView.BucketSize> eldest) {
            return size() > KNOWN_MAX;
        }
    };

    private @Nullable Position head;

    BucketSizes(StorageReader stored) {
        this.stored = stored;
    }

    /** A round begins that goes on from a head. */
    void begin(Position before) {
        if (!before.equals(head)) {
            known.clear();
        }
        // Until it is written, nothing is certain.
        head = null;
    }

    /** The round is in the store. */
    void appended(Position after) {
        head = after;
    }

    /** Reads those that are not in memory, all at once. */
    void read(Collection<Long> buckets) {
        List<Long> missing = new ArrayList<>();
        for (Long bucket : buckets) {
            if (!known.containsKey(bucket)) {
                missing.add(bucket);
            }
        }
        List<byte @Nullable []> values = missing.isEmpty()
                ? List.of()
                : stored.getAll(
                        Layout.META, missing.stream().map(Layout::bucketKey).toList());
        for (int i = 0; i < missing.size(); i++) {
            known.put(missing.get(i), Layout.bucketSize(values.get(i)));
        }
    }

    /** The size of a bucket, with what the round has written; costs a read unless it was {@linkplain #read read} lately. */
    RelayView.BucketSize of(long bucket) {
        RelayView.BucketSize size = known.get(bucket);
        return size == null ? Layout.bucketSize(stored.get(Layout.META, Layout.bucketKey(bucket))) : size;
    }

    /** What the round makes of it. */
    void written(long bucket, RelayView.BucketSize size) {
        known.put(bucket, size);
    }
}
