package io.anabranch.replica.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One state of a {@link MemoryStorage}; readable while the store is open. */
final class MemorySnapshot implements Snapshot {
    private final MemoryStorage storage;
    private final Map<Family, SortedTreap> state;
    private volatile boolean closed;

    MemorySnapshot(MemoryStorage storage, Map<Family, SortedTreap> state) {
        this.storage = storage;
        this.state = state;
    }

    static SortedTreap tree(Map<Family, SortedTreap> state, Family family) {
        SortedTreap tree = state.get(family);
        if (tree == null) {
            throw new IllegalArgumentException("the store was not opened with family " + family);
        }
        return tree;
    }

    @Override
    public byte @Nullable [] get(Family family, byte[] key) {
        byte[] value = tree(family).get(key);
        return value == null ? null : value.clone();
    }

    @Override
    public List<byte @Nullable []> getAll(Family family, List<byte[]> keys) {
        List<byte @Nullable []> values = new ArrayList<>(keys.size());
        for (byte[] key : keys) {
            values.add(get(family, key));
        }
        return values;
    }

    @Override
    public Scan scan(Family family, byte[] from, byte @Nullable [] end) {
        SortedTreap tree = tree(family);
        byte[] last = end == null ? null : end.clone();
        return new MemoryScan(storage, tree.ascending(from.clone(), last), start -> tree.ascending(start, last));
    }

    @Override
    public Scan scanBackward(Family family, byte[] from, byte @Nullable [] end) {
        byte[] last = end == null ? null : end.clone();
        return new MemoryScan(storage, tree(family).descending(from.clone(), last), start -> {
            throw new IllegalStateException("a descending scan cannot seek");
        });
    }

    @Override
    public void close() {
        closed = true;
    }

    private SortedTreap tree(Family family) {
        storage.requireUsable();
        if (closed) {
            throw new IllegalStateException("the snapshot is closed");
        }
        return tree(state, family);
    }
}
