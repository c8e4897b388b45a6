package io.anabranch.replica.storage;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** A scan over an iterator of RocksDB, whose bounds limit it to the range. */
final class RocksDbScan implements Scan, NativeGuard.Dependent {
    private final Path dir;
    private final NativeGuard guard;
    private final RocksIterator iterator;
    private final boolean backward;
    private final Runnable afterIterator;

    private boolean started;
    private boolean ended;
    private boolean closed;
    private byte @Nullable [] key;

    RocksDbScan(Path dir, NativeGuard guard, RocksIterator iterator, boolean backward, Runnable afterIterator) {
        this.dir = dir;
        this.guard = guard;
        this.iterator = iterator;
        this.backward = backward;
        this.afterIterator = afterIterator;
    }

    @Override
    public boolean next() {
        long stamp = enter();
        try {
            key = null;
            if (ended) {
                return false;
            }
            // An iterator must not be moved once it is past its end or has failed.
            ended = true;
            move();
            if (!iterator.isValid()) {
                iterator.status();
                return false;
            }
            key = iterator.key();
            ended = false;
            return true;
        } catch (RocksDBException e) {
            throw RocksDbFailures.using(dir, e);
        } finally {
            guard.leave(stamp);
        }
    }

    @Override
    public boolean seek(byte[] from) {
        if (backward) {
            throw new IllegalStateException("a descending scan cannot seek");
        }
        long stamp = enter();
        try {
            started = true;
            ended = true;
            key = null;
            iterator.seek(from);
            if (!iterator.isValid()) {
                iterator.status();
                return false;
            }
            key = iterator.key();
            ended = false;
            return true;
        } catch (RocksDBException e) {
            throw RocksDbFailures.using(dir, e);
        } finally {
            guard.leave(stamp);
        }
    }

    @Override
    public byte[] key() {
        requireOpen();
        return requireEntry();
    }

    @Override
    public byte[] value() {
        long stamp = enter();
        try {
            requireEntry();
            return iterator.value();
        } finally {
            guard.leave(stamp);
        }
    }

    @Override
    public void close() {
        closed = true;
        guard.release(this);
    }

    @Override
    public void release() {
        iterator.close();
        afterIterator.run();
    }

    private void move() {
        if (!started) {
            started = true;
            if (backward) {
                iterator.seekToLast();
            } else {
                iterator.seekToFirst();
            }
        } else if (backward) {
            iterator.prev();
        } else {
            iterator.next();
        }
    }

    private long enter() {
        requireOpen();
        return guard.enter();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the scan is closed");
        }
    }

    private byte[] requireEntry() {
        if (key == null) {
            throw new IllegalStateException("the scan is not at an entry");
        }
        return key;
    }
}
