package io.anabranch.relay.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.Position;
import io.anabranch.relay.store.RelayView.BucketSize;
import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.MemoryStorage;
import io.anabranch.replica.storage.WriteBatch;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class BucketSizesTest {

    private static final long WEST = 7;
    private static final long EAST = 8;

    private final MemoryStorage storage = new MemoryStorage(KeyValueRelayStore.FAMILIES);
    private final BucketSizes sizes = new BucketSizes(storage);

    private void store(long bucket, long records, long size) {
        WriteBatch batch = new WriteBatch();
        batch.put(
                Layout.META,
                Layout.bucketKey(bucket),
                ByteBuffer.allocate(2 * Long.BYTES)
                        .putLong(records)
                        .putLong(size)
                        .array());
        storage.write(batch, Durability.SYNC);
    }

    private BucketSize read(long bucket) {
        sizes.read(List.of(bucket));
        return sizes.of(bucket);
    }

    private static Position at(long sequence) {
        return new Position(1, sequence);
    }

    @Test
    void aSizeIsReadOnceAndThenKnown() {
        store(WEST, 2, 20);
        sizes.begin(at(0));
        assertThat(read(WEST)).isEqualTo(new BucketSize(2, 20));
        assertThat(read(EAST)).isEqualTo(new BucketSize(0, 0));
        sizes.written(WEST, new BucketSize(3, 30));
        sizes.appended(at(1));
        // It does not look at the store again as long as nobody else appends.
        store(WEST, 99, 99);
        sizes.begin(at(1));
        assertThat(read(WEST)).isEqualTo(new BucketSize(3, 30));
    }

    @Test
    void whatSomeoneElseAppendedIsReadAgain() {
        sizes.begin(at(0));
        read(WEST);
        sizes.written(WEST, new BucketSize(3, 30));
        sizes.appended(at(1));
        store(WEST, 5, 50);
        sizes.begin(at(2));
        assertThat(read(WEST)).isEqualTo(new BucketSize(5, 50));
    }

    @Test
    void aRoundThatWasNotStoredIsForgotten() {
        store(WEST, 2, 20);
        sizes.begin(at(0));
        read(WEST);
        sizes.appended(at(1));
        sizes.begin(at(1));
        read(WEST);
        sizes.written(WEST, new BucketSize(3, 30));
        sizes.begin(at(1));
        assertThat(read(WEST)).isEqualTo(new BucketSize(2, 20));
        assertThat(sizes.of(EAST)).isEqualTo(new BucketSize(0, 0));
    }
}
