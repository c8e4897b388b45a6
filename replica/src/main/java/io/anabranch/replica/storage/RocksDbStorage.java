package io.anabranch.replica.storage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;

/**
 * A {@link Storage} in a directory, by RocksDB: a log-structured merge tree for each family and one log for all.
 *
 * <p><b>One process</b>, and in it one instance, has a directory at a time. <b>Families</b>: missing ones are created;
 * those the caller does not name, of a newer version for instance, are kept as they are. <b>Native memory</b> is freed by
 * {@link #close}, and use after it throws {@link IllegalStateException} from any thread; scans and snapshots the caller
 * forgot are freed with it.
 *
 * <p><b>Durability</b>: a synced write returns when the log is on the disk ({@code fdatasync}), where any loss of power
 * finds it. A tail of the log that is torn, or was never synced, is cut when the store is opened. Bytes are checked by
 * checksums when read; a damaged file is named in the {@link StorageException}, and the rest stays readable.
 *
 * <pre>{@code
 * try (Storage storage = RocksDbStorage.open(dir, List.of(records, meta), RocksDbOptions.defaults())) {
 *     storage.write(batch, Durability.SYNC);
 * }
 * }</pre>
 *
 * <p>The first store of a process unpacks the native library, 17 MB, into {@code java.io.tmpdir}.
 */
public final class RocksDbStorage implements Storage {
    private final Path dir;
    private final RocksDbHandles handles;
    private final NativeGuard guard;
    private final RocksDbReads reads;
    private final RocksDbParts parts;
    private final Callable<RocksDbHandles> reopen;
    /** Held by who uses all column families at once or replaces one. */
    private final Object replacing = new Object();

    /** Column families that were replaced and that a snapshot may still read. */
    private final List<ColumnFamilyHandle> replaced = new ArrayList<>();

    private volatile boolean erased;
    private volatile @Nullable StorageException failure;

    private RocksDbStorage(Path dir, RocksDbHandles handles, Callable<RocksDbHandles> reopen) {
        this.dir = dir;
        this.reopen = reopen;
        this.handles = handles;
        this.guard = new NativeGuard("the store is closed");
        this.reads = new RocksDbReads(dir, handles, guard);
        this.parts = new RocksDbParts(dir);
    }

    /**
     * Opens the store of a directory, which is made when it is not there, and replays its log. Takes some tens of
     * milliseconds, and more for a long log.
     *
     * @param dir the directory, for this store alone
     * @param families the families the caller will use
     * @param options what the store may take; they may differ from one opening to the next
     * @throws StorageException when the store is in use, damaged, or cannot be read or made
     */
    public static RocksDbStorage open(Path dir, Collection<Family> families, RocksDbOptions options) {
        RocksDbDirectory.prepare(dir);
        try {
            Set<Family> wanted = Set.copyOf(families);
            return new RocksDbStorage(
                    dir, new RocksDbHandles(dir, wanted, options), () -> new RocksDbHandles(dir, wanted, options));
        } catch (RocksDBException e) {
            throw RocksDbFailures.opening(dir, e);
        }
    }

    @Override
    public void write(WriteBatch batch, Durability durability) {
        boolean alone = batch.exchanges();
        long stamp = alone ? guard.enterAlone() : guard.enter();
        try {
            requireUnfailed();
            if (!batch.isEmpty()) {
                apply(batch, durability);
            } else if (durability == Durability.SYNC) {
                handles.db.syncWal();
            }
        } catch (RocksDBException e) {
            throw failed(e);
        } finally {
            if (alone) {
                guard.leaveAlone(stamp);
            } else {
                guard.leave(stamp);
            }
        }
    }

    @Override
    public byte @Nullable [] get(Family family, byte[] key) {
        return reads.get(family, key);
    }

    @Override
    public List<byte @Nullable []> getAll(Family family, List<byte[]> keys) {
        return reads.getAll(family, keys);
    }

    @Override
    public Scan scan(Family family, byte[] from, byte @Nullable [] end) {
        return reads.scan(null, null, family, new KeyRange(from, end, false));
    }

    @Override
    public Scan scanBackward(Family family, byte[] from, byte @Nullable [] end) {
        return reads.scan(null, null, family, new KeyRange(from, end, true));
    }

    @Override
    public Snapshot snapshot() {
        long stamp = guard.enter();
        try {
            return new RocksDbSnapshot(guard, reads, handles);
        } finally {
            guard.leave(stamp);
        }
    }

    @Override
    public void erase(Family family, byte[] from, byte @Nullable [] end) {
        synchronized (replacing) {
            long stamp = guard.enter();
            try {
                handles.erase(family, from, end);
                erased = true;
            } catch (RocksDBException e) {
                throw RocksDbFailures.using(dir, e);
            } finally {
                guard.leave(stamp);
            }
        }
    }

    @Override
    public PartWriter writePart(String name) {
        long stamp = guard.enter();
        try {
            return parts.write(name);
        } finally {
            guard.leave(stamp);
        }
    }

    @Override
    public Set<String> parts() {
        return parts.finished();
    }

    @Override
    public void deleteParts(Collection<String> names) {
        parts.delete(names);
    }

    @Override
    public void ingest(Family family, Collection<String> names) {
        long stamp = guard.enter();
        try {
            requireUnfailed();
            handles.db.syncWal();
            parts.ingest(handles.db, handles.family(family), names);
        } catch (RocksDBException e) {
            throw failed(e);
        } finally {
            guard.leave(stamp);
        }
    }

    /** Writing and reading go on but for the moment in which the column family is replaced; its files take longer to go. */
    @Override
    public boolean clear(Family family) {
        synchronized (replacing) {
            RocksDbHandles.Replacement replacement = replacement(family);
            if (replacement == null) {
                return false;
            }
            long stamp = guard.enterAlone();
            try {
                handles.take(replacement);
                replaced.add(replacement.dropped());
                if (guard.has(RocksDbSnapshot.class)) {
                    // One that was taken just now reads the old one; that goes with the next.
                    return true;
                }
            } finally {
                guard.leaveAlone(stamp);
            }
            releaseReplaced();
            return true;
        }
    }

    private RocksDbHandles.@Nullable Replacement replacement(Family family) {
        long stamp = guard.enter();
        try {
            requireUnfailed();
            if (guard.has(RocksDbSnapshot.class)) {
                return null;
            }
            handles.db.syncWal();
            return handles.replace(family);
        } catch (RocksDBException e) {
            throw failed(e);
        } finally {
            guard.leave(stamp);
        }
    }

    private void releaseReplaced() {
        long stamp = guard.enter();
        try {
            replaced.forEach(ColumnFamilyHandle::close);
            replaced.clear();
        } finally {
            guard.leave(stamp);
        }
    }

    @Override
    public long freeBytes() {
        return dir.toFile().getUsableSpace();
    }

    @Override
    public StorageStatistics statistics() {
        long stamp = guard.enter();
        try {
            return RocksDbStatistics.read(dir, handles);
        } catch (RocksDBException e) {
            throw RocksDbFailures.using(dir, e);
        } finally {
            guard.leave(stamp);
        }
    }

    /**
     * Writes a copy of the store as it is at some moment during the call, while reads and writes go on. On the same file system it shares
     * the files that never change, so it takes little time and space. Any thread; blocks.
     *
     * @param target where the copy goes; nothing may be there, and the directory above must be
     * @throws StorageException when it cannot be written
     */
    public void checkpoint(Path target) {
        long stamp = guard.enter();
        try (Checkpoint checkpoint = Checkpoint.create(handles.db)) {
            checkpoint.createCheckpoint(target.toString());
        } catch (RocksDBException e) {
            throw RocksDbFailures.using(target, e);
        } finally {
            guard.leave(stamp);
        }
    }

    @Override
    public void close() {
        guard.close(this::syncAndRelease);
    }

    private void requireUnfailed() {
        StorageException earlier = failure;
        if (earlier != null) {
            throw RocksDbFailures.stopped(dir, earlier);
        }
    }

    private StorageException failed(RocksDBException cause) {
        StorageException failed = RocksDbFailures.using(dir, cause);
        failure = failed;
        return failed;
    }

    private void apply(WriteBatch batch, Durability durability) throws RocksDBException {
        try (RocksDbBatch changes = new RocksDbBatch(handles, batch)) {
            handles.db.write(durability == Durability.SYNC ? handles.synced : handles.buffered, changes.batch);
            changes.written();
        }
    }

    private void syncAndRelease() {
        try {
            if (failure == null) {
                handles.db.syncWal();
            }
        } catch (RocksDBException e) {
            throw RocksDbFailures.using(dir, e);
        } finally {
            handles.close();
        }
        if (erased && failure == null) {
            rewriteManifest();
        }
    }

    /** The list of files names the first and last key of each that ever was; it is begun anew when the store is opened. */
    private void rewriteManifest() {
        try {
            reopen.call().close();
        } catch (RocksDBException e) {
            throw RocksDbFailures.using(dir, e);
        } catch (Exception e) {
            throw new IllegalStateException("the store could not be opened again", e);
        }
    }
}
