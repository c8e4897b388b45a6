package io.anabranch.replica.storage;

import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A part in memory. */
final class MemoryPart implements PartWriter {

    private final SortedMap<byte[], byte[]> content = new TreeMap<>(Arrays::compareUnsigned);
    private final Consumer<Map<byte[], byte[]>> keeper;

    MemoryPart(Consumer<Map<byte[], byte[]>> keeper) {
        this.keeper = keeper;
    }

    @Override
    public void put(byte[] key, byte[] value) {
        if (!content.isEmpty() && Arrays.compareUnsigned(content.lastKey(), key) >= 0) {
            throw new IllegalArgumentException("a part's keys are not ascending");
        }
        content.put(key.clone(), value.clone());
    }

    @Override
    public void finish() {
        keeper.accept(content);
    }

    @Override
    public void close() {
        // There is nothing to release.
    }
}
