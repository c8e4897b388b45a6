package io.anabranch.replica.storage;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Storage} in memory that can crash: for tests and the simulator.
 *
 * <p>The state is an immutable map of immutable trees, and each write replaces it, so reads, scans and snapshots are
 * references to a state and never wait. The states that a loss of power could leave (the last durable one and those after
 * the buffered writes since) are kept, and {@link #crash} picks one. At most {@value #BUFFERED_WRITES_MAX} are kept;
 * beyond that the oldest buffered write counts as durable, as on a disk whose cache is written back in time.
 *
 * <p>Threads, atomicity and failure as the port says; it never throws {@link StorageException}.
 */
public final class MemoryStorage implements Storage {
    private static final int BUFFERED_WRITES_MAX = 10_000;

    /** The states a crash may leave: the durable one first, then one for each buffered write since. */
    private final Deque<Map<Family, SortedTreap>> survivors = new ArrayDeque<>();

    /** Those that are finished, which survive a loss of power. */
    private final Map<String, Map<byte[], byte[]>> parts;

    private volatile Map<Family, SortedTreap> state;
    private volatile @Nullable String unusable;

    /**
     * Creates an empty store.
     *
     * @param families the families it has
     */
    public MemoryStorage(Collection<Family> families) {
        this(empty(families), Map.of());
    }

    private MemoryStorage(Map<Family, SortedTreap> state, Map<String, Map<byte[], byte[]>> parts) {
        this.state = state;
        this.parts = new ConcurrentHashMap<>(parts);
        survivors.add(state);
    }

    /**
     * Cuts the power: returns the store as it would be found when opened again, and makes this one unusable. It holds
     * everything up to the last {@link Durability#SYNC} write and then a random prefix of the buffered writes after it,
     * each of them whole. A store that was closed is found complete.
     *
     * @param random picks how many buffered writes survive, each number equally likely
     * @throws IllegalStateException when the store has crashed before
     */
    public synchronized MemoryStorage crash(RandomGenerator random) {
        if (survivors.isEmpty()) {
            throw new IllegalStateException("the store has crashed");
        }
        unusable = "the store has crashed";
        Iterator<Map<Family, SortedTreap>> states = survivors.iterator();
        Map<Family, SortedTreap> found = states.next();
        for (int kept = random.nextInt(survivors.size()); kept > 0; kept--) {
            found = states.next();
        }
        survivors.clear();
        return new MemoryStorage(found, parts);
    }

    /** Returns a copy of the store as it is now, as a backup is: durable, and independent of this one. */
    public MemoryStorage copy() {
        requireUsable();
        return new MemoryStorage(state, parts);
    }

    @Override
    public synchronized void write(WriteBatch batch, Durability durability) {
        requireUsable();
        Map<Family, SortedTreap> changed = new HashMap<>(state);
        batch.replay(new Changes(changed));
        Map<Family, SortedTreap> next = Map.copyOf(changed);
        state = next;
        if (durability == Durability.SYNC) {
            survivors.clear();
        }
        survivors.add(next);
        if (survivors.size() > BUFFERED_WRITES_MAX + 1) {
            survivors.remove();
        }
    }

    @Override
    public byte @Nullable [] get(Family family, byte[] key) {
        return reader().get(family, key);
    }

    @Override
    public List<byte @Nullable []> getAll(Family family, List<byte[]> keys) {
        return reader().getAll(family, keys);
    }

    @Override
    public Scan scan(Family family, byte[] from, byte @Nullable [] end) {
        return reader().scan(family, from, end);
    }

    @Override
    public Scan scanBackward(Family family, byte[] from, byte @Nullable [] end) {
        return reader().scanBackward(family, from, end);
    }

    @Override
    public Snapshot snapshot() {
        requireUsable();
        return reader();
    }

    @Override
    public PartWriter writePart(String name) {
        requireUsable();
        parts.remove(name);
        return new MemoryPart(content -> parts.put(name, content));
    }

    @Override
    public Set<String> parts() {
        return Set.copyOf(parts.keySet());
    }

    @Override
    public void deleteParts(Collection<String> names) {
        requireUsable();
        parts.keySet().removeAll(names);
    }

    @Override
    public void ingest(Family family, Collection<String> names) {
        WriteBatch batch = new WriteBatch();
        for (String name : names) {
            Map<byte[], byte[]> part = parts.get(name);
            if (part == null) {
                throw new IllegalArgumentException("there is no such part: " + name);
            }
            part.forEach((key, value) -> batch.put(family, key, value));
        }
        write(batch, Durability.SYNC);
        parts.keySet().removeAll(names);
    }

    @Override
    public synchronized boolean clear(Family family) {
        requireUsable();
        Map<Family, SortedTreap> cleared = new HashMap<>(state);
        MemorySnapshot.tree(cleared, family);
        cleared.put(family, SortedTreap.EMPTY);
        state = Map.copyOf(cleared);
        survivors.clear();
        survivors.add(state);
        return true;
    }

    /** Returns that it is not known. */
    @Override
    public long freeBytes() {
        return Long.MAX_VALUE;
    }

    /** Does nothing: there are no files. */
    @Override
    public void erase(Family family, byte[] from, byte @Nullable [] end) {
        requireUsable();
    }

    /** Returns zeros and no counters: the store takes no disk and measures no memory. */
    @Override
    public StorageStatistics statistics() {
        requireUsable();
        return new StorageStatistics(0, 0, 0, Map.of());
    }

    @Override
    public synchronized void close() {
        if (unusable == null) {
            unusable = "the store is closed";
            survivors.clear();
            survivors.add(state);
        }
    }

    void requireUsable() {
        String reason = unusable;
        if (reason != null) {
            throw new IllegalStateException(reason);
        }
    }

    private MemorySnapshot reader() {
        return new MemorySnapshot(this, state);
    }

    private static Map<Family, SortedTreap> empty(Collection<Family> families) {
        Map<Family, SortedTreap> trees = new HashMap<>();
        families.forEach(family -> trees.put(family, SortedTreap.EMPTY));
        return Map.copyOf(trees);
    }

    private static final class Changes implements WriteBatch.Receiver<RuntimeException> {
        private final Map<Family, SortedTreap> trees;

        Changes(Map<Family, SortedTreap> trees) {
            this.trees = trees;
        }

        @Override
        public void put(Family family, byte[] key, byte[] value) {
            trees.put(family, MemorySnapshot.tree(trees, family).with(key.clone(), value.clone()));
        }

        @Override
        public void delete(Family family, byte[] key) {
            trees.put(family, MemorySnapshot.tree(trees, family).without(key));
        }

        @Override
        public void deleteRange(Family family, byte[] from, byte[] end) {
            trees.put(family, MemorySnapshot.tree(trees, family).withoutRange(from, end));
        }

        @Override
        public void exchange(Family one, Family other) {
            SortedTreap of = MemorySnapshot.tree(trees, one);
            trees.put(one, MemorySnapshot.tree(trees, other));
            trees.put(other, of);
        }
    }
}
