package io.anabranch.replica.storage;

import org.rocksdb.RocksDBException;

/** A native batch with the changes of a {@link WriteBatch}. */
final class RocksDbBatch implements WriteBatch.Receiver<RocksDBException>, AutoCloseable {
    /** What RocksDB adds to each change, at most: the kind, the family and two lengths. */
    private static final int CHANGE_OVERHEAD_BYTES = 16;

    private static final int RESERVED_BYTES_MAX = 64 << 20;

    final org.rocksdb.WriteBatch batch;
    private RocksDbFamilies families;
    private final RocksDbHandles handles;

    RocksDbBatch(RocksDbHandles handles, WriteBatch changes) throws RocksDBException {
        this.handles = handles;
        this.families = handles.families();
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
        batch.put(families.handle(family), key, value);
    }

    @Override
    public void delete(Family family, byte[] key) throws RocksDBException {
        batch.delete(families.handle(family), key);
    }

    @Override
    public void deleteRange(Family family, byte[] from, byte[] end) throws RocksDBException {
        batch.deleteRange(families.handle(family), from, end);
    }

    @Override
    public void exchange(Family one, Family other) throws RocksDBException {
        families.handle(one);
        families.handle(other);
        families = families.exchanged(one, other);
        batch.put(RocksDbFamilies.KEY, families.encode());
    }

    /** The batch is written. */
    void written() {
        handles.families(families);
    }

    @Override
    public void close() {
        batch.close();
    }
}
