package io.anabranch.replica.storage;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;

/**
 * A snapshot of RocksDB. It has a guard of its own, entered before that of the store, since it may be closed while
 * others read it. A scan of it pins what it reads by itself, so it may go on when this is closed.
 */
final class RocksDbSnapshot implements Snapshot, NativeGuard.Dependent {
    private final NativeGuard own = new NativeGuard("the snapshot is closed");
    private final NativeGuard guard;
    private final RocksDbReads reads;
    private final RocksDB db;
    private final RocksDbFamilies families;
    private final org.rocksdb.Snapshot snapshot;
    private final ReadOptions reading;

    /** Takes the snapshot; the caller has entered the guard of the store. */
    RocksDbSnapshot(NativeGuard guard, RocksDbReads reads, RocksDbHandles handles) {
        this.guard = guard;
        this.reads = reads;
        this.db = handles.db;
        this.families = handles.families();
        this.snapshot = db.getSnapshot();
        this.reading = new ReadOptions().setSnapshot(snapshot);
        guard.add(this);
    }

    @Override
    public byte @Nullable [] get(Family family, byte[] key) {
        long stamp = own.enter();
        try {
            return reads.get(reading, families, family, key);
        } finally {
            own.leave(stamp);
        }
    }

    @Override
    public List<byte @Nullable []> getAll(Family family, List<byte[]> keys) {
        return guarded(() -> reads.getAll(reading, families, family, keys));
    }

    @Override
    public Scan scan(Family family, byte[] from, byte @Nullable [] end) {
        return guarded(() -> reads.scan(snapshot, families, family, new KeyRange(from, end, false)));
    }

    @Override
    public Scan scanBackward(Family family, byte[] from, byte @Nullable [] end) {
        return guarded(() -> reads.scan(snapshot, families, family, new KeyRange(from, end, true)));
    }

    @Override
    public void close() {
        own.close(() -> guard.release(this));
    }

    @Override
    public void release() {
        reading.close();
        db.releaseSnapshot(snapshot);
        snapshot.close();
    }

    private <T> T guarded(Supplier<T> read) {
        long stamp = own.enter();
        try {
            return read.get();
        } finally {
            own.leave(stamp);
        }
    }
}
