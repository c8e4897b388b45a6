package io.anabranch.replica.storage;

import org.rocksdb.RocksDBException;

/** A native batch with the changes of a {@link WriteBatch}. */
final class RocksDbBatch implements WriteBatch.Receiver<RocksDBException>, AutoCloseable {
    /** What RocksDB adds to each change, at most: the kind, the family and two lengths. */
    private static final int CHANGE_OVERHEAD_BYTES = 16;

    private static final int RESERVED_BYTES_MAX = 64 << 20;

    final org.rocksdb.WriteBatch batch;
    private final RocksDbHandles handles;

    RocksDbBatch(RocksDbHandles handles, WriteBatch changes) throws RocksDBException {
        this.handles = handles;
        long size = changes.size() + (long) CHANGE_OVERHEAD_BYTES * (changes.count() + 1);
        this.batch = new org.rocksdb.WriteBatch((int) Math.min(size, RESERVED_BYTES_MAX));
        try {
            changes.replay(this);
        } catch (RocksDBException | RuntimeException e) {
            batch.close();
            throw e;
        }
    }

    @Override
    public void put(Family family, byte[] key, byte[] value) throws RocksDBException {
        batch.put(handles.family(family), key, value);
    }

    @Override
    public void delete(Family family, byte[] key) throws RocksDBException {
        batch.delete(handles.family(family), key);
    }

    @Override
    public void deleteRange(Family family, byte[] from, byte[] end) throws RocksDBException {
        batch.deleteRange(handles.family(family), from, end);
    }

    @Override
    public void close() {
        batch.close();
    }
}
