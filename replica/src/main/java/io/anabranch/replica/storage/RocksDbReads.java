package io.anabranch.replica.storage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;

/** Reads an open RocksDB, as it is or as a snapshot has it. Every method enters the guard. */
final class RocksDbReads {
    private final Path dir;
    private final RocksDbHandles handles;
    private final NativeGuard guard;

    RocksDbReads(Path dir, RocksDbHandles handles, NativeGuard guard) {
        this.dir = dir;
        this.handles = handles;
        this.guard = guard;
    }

    byte @Nullable [] get(Family family, byte[] key) {
        long stamp = guard.enter();
        try {
            return handles.db.get(handles.family(family), handles.reading, key);
        } catch (RocksDBException e) {
            throw RocksDbFailures.using(dir, e);
        } finally {
            guard.leave(stamp);
        }
    }

    /** Reads as of the snapshot of the options. */
    byte @Nullable [] get(ReadOptions reading, RocksDbFamilies families, Family family, byte[] key) {
        long stamp = guard.enter();
        try {
            return handles.db.get(families.handle(family), reading, key);
        } catch (RocksDBException e) {
            throw RocksDbFailures.using(dir, e);
        } finally {
            guard.leave(stamp);
        }
    }

    /** Reads as of now. */
    List<byte @Nullable []> getAll(Family family, List<byte[]> keys) {
        long stamp = guard.enter();
        try {
            Snapshot now = handles.db.getSnapshot();
            try (ReadOptions reading = new ReadOptions().setSnapshot(now)) {
                return multiGet(reading, handles.family(family), keys);
            } finally {
                handles.db.releaseSnapshot(now);
            }
        } finally {
            guard.leave(stamp);
        }
    }

    /** Reads as of the snapshot of the options. */
    List<byte @Nullable []> getAll(ReadOptions reading, RocksDbFamilies families, Family family, List<byte[]> keys) {
        long stamp = guard.enter();
        try {
            return multiGet(reading, families.handle(family), keys);
        } finally {
            guard.leave(stamp);
        }
    }

    /**
     * RocksJava answers null for a value that multiGet could not read, be it damaged, as for one that is not there. So
     * each null is asked for again, alone, which throws if it must and costs little for a key that is missing. Where the
     * first keys are missing, as those of new records are, they are asked for alone only. The options have a snapshot, so
     * all answers are of one moment.
     */
    private List<byte @Nullable []> multiGet(ReadOptions reading, ColumnFamilyHandle family, List<byte[]> keys) {
        if (keys.isEmpty()) {
            return List.of();
        }
        try {
            List<byte @Nullable []> values = new ArrayList<>(keys.size());
            boolean isMissing = true;
            while (isMissing && values.size() < keys.size()) {
                byte[] value = handles.db.get(family, reading, keys.get(values.size()));
                values.add(value);
                isMissing = value == null;
            }
            int alone = values.size();
            if (alone < keys.size()) {
                List<byte[]> rest = keys.subList(alone, keys.size());
                values.addAll(handles.db.multiGetAsList(reading, Collections.nCopies(rest.size(), family), rest));
            }
            for (int i = alone; i < values.size(); i++) {
                if (values.get(i) == null) {
                    values.set(i, handles.db.get(family, reading, keys.get(i)));
                }
            }
            return values;
        } catch (RocksDBException e) {
            throw RocksDbFailures.using(dir, e);
        }
    }

    /** Reads as of now, or as of a snapshot with the families that there were. */
    Scan scan(@Nullable Snapshot snapshot, @Nullable RocksDbFamilies then, Family family, KeyRange range) {
        long stamp = guard.enter();
        try {
            ColumnFamilyHandle handle = (then == null ? handles.families() : then).handle(family);
            Slice lower = new Slice(range.from);
            Slice upper = range.end == null ? null : new Slice(range.end);
            ReadOptions reading = new ReadOptions().setIterateLowerBound(lower);
            if (upper != null) {
                reading.setIterateUpperBound(upper);
            }
            if (snapshot != null) {
                reading.setSnapshot(snapshot);
            }
            RocksIterator iterator = handles.db.newIterator(handle, reading);
            RocksDbScan scan = new RocksDbScan(dir, guard, iterator, range.backward, () -> {
                // The iterator points into the bounds, so they go after it.
                reading.close();
                lower.close();
                if (upper != null) {
                    upper.close();
                }
            });
            guard.add(scan);
            return scan;
        } finally {
            guard.leave(stamp);
        }
    }
}
