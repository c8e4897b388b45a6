package io.anabranch.replica.storage;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A scan of one state of a {@link MemoryStorage}. */
final class MemoryScan implements Scan {
    private final MemoryStorage storage;
    private final Function<byte[], SortedTreap.Cursor> seeker;
    private SortedTreap.Cursor cursor;
    private boolean closed;
    private SortedTreap.@Nullable Node entry;
    private byte @Nullable [] key;

    /**
     * A scan.
     *
     * @param cursor at its start
     * @param seeker makes another that begins at a key
     */
    MemoryScan(MemoryStorage storage, SortedTreap.Cursor cursor, Function<byte[], SortedTreap.Cursor> seeker) {
        this.storage = storage;
        this.cursor = cursor;
        this.seeker = seeker;
    }

    @Override
    public boolean next() {
        requireOpen();
        entry = cursor.next();
        key = entry == null ? null : entry.key.clone();
        return entry != null;
    }

    @Override
    public boolean seek(byte[] from) {
        requireOpen();
        cursor = seeker.apply(from.clone());
        return next();
    }

    @Override
    public byte[] key() {
        requireOpen();
        if (key == null) {
            throw new IllegalStateException("the scan is not at an entry");
        }
        return key;
    }

    @Override
    public byte[] value() {
        requireOpen();
        if (entry == null) {
            throw new IllegalStateException("the scan is not at an entry");
        }
        return entry.value.clone();
    }

    @Override
    public void close() {
        closed = true;
    }

    private void requireOpen() {
        storage.requireUsable();
        if (closed) {
            throw new IllegalStateException("the scan is closed");
        }
    }
}
