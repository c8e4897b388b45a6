package io.anabranch.replica.storage;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rocksdb.AbstractNativeReference;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Statistics;
import org.rocksdb.WriteOptions;

/**
 * The native objects of one open store, freed together and in the opposite order of their making. It guards nothing:
 * its users go through a {@link NativeGuard}.
 */
final class RocksDbHandles implements AutoCloseable {
    private final Deque<AbstractNativeReference> owned = new ArrayDeque<>();
    private volatile RocksDbFamilies families;
    private final ColumnFamilyOptions familyOptions;

    final RocksDB db;
    final ReadOptions reading;
    final WriteOptions synced;
    final WriteOptions buffered;
    final @Nullable Statistics statistics;

    RocksDbHandles(Path dir, Collection<Family> wanted, RocksDbOptions options) throws RocksDBException {
        RocksDB.loadLibrary();
        try {
            reading = own(new ReadOptions());
            synced = own(new WriteOptions().setSync(true));
            buffered = own(new WriteOptions());
            statistics = options.statistics() ? own(new Statistics()) : null;
            familyOptions = familyOptions(options);
            Map<Family, ColumnFamilyHandle> found = new HashMap<>();
            db = open(dir, wanted, options, found);
            families = RocksDbFamilies.of(db.get(RocksDbFamilies.KEY), found);
        } catch (RocksDBException | RuntimeException e) {
            close();
            throw e;
        }
    }

    ColumnFamilyHandle family(Family family) {
        return families.handle(family);
    }

    /** What is where now. */
    RocksDbFamilies families() {
        return families;
    }

    void families(RocksDbFamilies changed) {
        families = changed;
    }

    /** Takes a family's column family from the store and makes an empty one of its name, beside reads, which go on with the old one. */
    Replacement replace(Family family) throws RocksDBException {
        RocksDbFamilies now = families;
        ColumnFamilyHandle dropped = now.handle(family);
        byte[] name = dropped.getName();
        db.dropColumnFamily(dropped);
        ColumnFamilyHandle empty = own(db.createColumnFamily(new ColumnFamilyDescriptor(name, familyOptions)));
        return new Replacement(now.place(family), dropped, empty);
    }

    /** From now on the empty column family is used; nothing else is done meanwhile. */
    void take(Replacement replacement) {
        families = families.replaced(replacement.place, replacement.empty);
    }

    /** What takes the place of a column family. */
    record Replacement(Family place, ColumnFamilyHandle dropped, ColumnFamilyHandle empty) {}

    /** Writes all that is in memory and in the log to files, and then the files of a range anew, the lowest level too. */
    void erase(Family family, byte[] from, byte @Nullable [] end) throws RocksDBException {
        ColumnFamilyHandle handle = family(family);
        try (FlushOptions flushing = new FlushOptions();
                CompactRangeOptions compacting = new CompactRangeOptions()) {
            db.flush(flushing.setWaitForFlush(true), families.handles());
            compacting.setBottommostLevelCompaction(CompactRangeOptions.BottommostLevelCompaction.kForce);
            db.compactRange(handle, from, end, compacting);
        }
    }

    @Override
    public void close() {
        while (!owned.isEmpty()) {
            owned.pop().close();
        }
    }

    private RocksDB open(
            Path dir, Collection<Family> wanted, RocksDbOptions options, Map<Family, ColumnFamilyHandle> found)
            throws RocksDBException {
        DBOptions database = own(RocksDbTuning.database(options));
        if (statistics != null) {
            database.setStatistics(statistics);
        }
        List<Family> names = List.copyOf(withExisting(dir, wanted));
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        names.forEach(name -> descriptors.add(
                new ColumnFamilyDescriptor(name.name().getBytes(StandardCharsets.UTF_8), familyOptions)));
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        RocksDB opened = own(RocksDB.open(database, dir.toString(), descriptors, handles));
        handles.forEach(this::own);
        for (int i = 0; i < handles.size(); i++) {
            if (wanted.contains(names.get(i))) {
                found.put(names.get(i), handles.get(i));
            }
        }
        return opened;
    }

    private ColumnFamilyOptions familyOptions(RocksDbOptions options) {
        Cache cache = RocksDbTuning.cache(options);
        if (!RocksDbTuning.isShared(cache)) {
            own(cache);
        }
        return own(RocksDbTuning.family(options, cache, own(RocksDbTuning.filter())));
    }

    /** RocksDB refuses to open a store without all of its families: those of a newer version are opened and left alone. */
    private static Set<Family> withExisting(Path dir, Collection<Family> wanted) {
        Set<Family> all = new LinkedHashSet<>();
        all.add(new Family(new String(RocksDB.DEFAULT_COLUMN_FAMILY, StandardCharsets.UTF_8)));
        all.addAll(wanted);
        try (Options options = new Options()) {
            for (byte[] name : RocksDB.listColumnFamilies(options, dir.toString())) {
                all.add(new Family(new String(name, StandardCharsets.UTF_8)));
            }
        } catch (RocksDBException e) {
            // A new store, or one that open will refuse with a better reason: this looks without taking the lock.
            return all;
        }
        return all;
    }

    private <T extends AbstractNativeReference> T own(T reference) {
        owned.push(reference);
        return reference;
    }
}
