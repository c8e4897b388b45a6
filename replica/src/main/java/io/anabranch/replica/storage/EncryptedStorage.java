package io.anabranch.replica.storage;

import io.anabranch.replica.encryption.StoreKey;
import io.anabranch.replica.encryption.ValueCipher;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Storage} that encrypts what it gives to another one: no byte of a value, and of hidden families no byte of a key, comes to the
 * disk in plain, be it in the log, in sorted files, in the list of files or in parts.
 *
 * <p><b>Values</b> are encrypted one by one for their family and key ({@link ValueCipher} says how), so one cannot stand in another's place;
 * one that was changed is a {@link StorageException}. <b>Keys</b> stay as they are, in order: they are to be names. <b>Hidden families</b>,
 * whose keys are not, such as those of indexes, are trees of encrypted blocks ({@link BlockTree}): they keep order and
 * ranges, cost some times more to write, and no part can be ingested into them.
 *
 * <p>What it does not hide: how many keys there are, the sizes of values, and which are written together. Whoever can write to the disk
 * can put older values back, or take some away, unnoticed here.
 *
 * <p>Threads, durability and failure are as the port says, and as of the storage below.
 */
public final class EncryptedStorage implements Storage {

    private final Storage storage;
    private final EncryptedFamilies families;
    private final ValueCipher cipher;
    private final Map<Family, ValueSeal> seals = new ConcurrentHashMap<>();
    private final EncryptedReader reader;
    private volatile boolean closed;

    /**
     * Encrypts into a storage, which is this object's from now on.
     *
     * @param storage empty, or written by an encrypted storage with the same key and families
     * @param key is only used here
     * @param families what is to be known of them
     */
    public EncryptedStorage(Storage storage, StoreKey key, EncryptedFamilies families) {
        this.storage = storage;
        this.families = families;
        this.cipher = key.values("store");
        this.reader = new EncryptedReader(storage, families, this::seal, this::requireOpen);
    }

    private ValueSeal seal(Family family) {
        return seals.computeIfAbsent(family, one -> new ValueSeal(cipher, one, families.place(one)));
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the store is closed");
        }
    }

    @Override
    public void write(WriteBatch batch, Durability durability) {
        WriteBatch sealed = new WriteBatch();
        try (Sealing sealing = new Sealing(sealed)) {
            batch.replay(sealing);
            sealing.flush();
        }
        storage.write(sealed, durability);
    }

    @Override
    public byte @Nullable [] get(Family family, byte[] key) {
        return reader.get(family, key);
    }

    @Override
    public List<byte @Nullable []> getAll(Family family, List<byte[]> keys) {
        return reader.getAll(family, keys);
    }

    @Override
    public Scan scan(Family family, byte[] from, byte @Nullable [] end) {
        return reader.scan(family, from, end);
    }

    @Override
    public Scan scanBackward(Family family, byte[] from, byte @Nullable [] end) {
        return reader.scanBackward(family, from, end);
    }

    @Override
    public Snapshot snapshot() {
        Snapshot snapshot = storage.snapshot();
        return new EncryptedSnapshot(snapshot, new EncryptedReader(snapshot, families, this::seal, this::requireOpen));
    }

    /** As the port says; of a hidden family, all is rewritten. */
    @Override
    public void erase(Family family, byte[] from, byte @Nullable [] end) {
        if (families.isHidden(family)) {
            storage.erase(family, new byte[0], null);
        } else {
            storage.erase(family, from, end);
        }
    }

    @Override
    public PartWriter writePart(String name) {
        return new EncryptedPart(storage.writePart(name), seal(families.ofParts()));
    }

    @Override
    public Set<String> parts() {
        return storage.parts();
    }

    @Override
    public void deleteParts(Collection<String> names) {
        storage.deleteParts(names);
    }

    /**
     * As the port says.
     *
     * @throws IllegalArgumentException for a hidden family
     */
    @Override
    public void ingest(Family family, Collection<String> names) {
        if (families.isHidden(family)) {
            throw new IllegalArgumentException("no part can go into a family whose keys are hidden: " + family);
        }
        storage.ingest(family, names);
    }

    @Override
    public boolean clear(Family family) {
        return storage.clear(family);
    }

    @Override
    public long freeBytes() {
        return storage.freeBytes();
    }

    @Override
    public StorageStatistics statistics() {
        return storage.statistics();
    }

    @Override
    public void close() {
        closed = true;
        storage.close();
    }

    /** Turns what a batch does into what is done below. */
    private final class Sealing implements WriteBatch.Receiver<RuntimeException>, AutoCloseable {

        private final WriteBatch sealed;
        private final Map<Family, OpenTree> trees = new HashMap<>();

        Sealing(WriteBatch sealed) {
            this.sealed = sealed;
        }

        @Override
        public void put(Family family, byte[] key, byte[] value) {
            if (families.isHidden(family)) {
                tree(family).changes().put(key, value);
            } else {
                sealed.put(family, key, seal(family).seal(key, value));
            }
        }

        @Override
        public void delete(Family family, byte[] key) {
            if (families.isHidden(family)) {
                tree(family).changes().delete(key);
            } else {
                sealed.delete(family, key);
            }
        }

        @Override
        public void deleteRange(Family family, byte[] from, byte[] end) {
            if (families.isHidden(family)) {
                tree(family).changes().deleteRange(from, end);
            } else {
                sealed.deleteRange(family, from, end);
            }
        }

        @Override
        public void exchange(Family one, Family other) {
            if (families.isHidden(one) != families.isHidden(other)) {
                throw new IllegalArgumentException("a hidden family is exchanged with one that is not");
            }
            if (families.isHidden(one)) {
                OpenTree ofOne = open(one);
                OpenTree ofOther = open(other);
                flush();
                trees.put(one, ofOther);
                trees.put(other, ofOne);
            }
            sealed.exchange(one, other);
        }

        void flush() {
            trees.forEach((family, open) -> open.tree.flush(sealed, family));
        }

        private BlockTree tree(Family family) {
            return open(family).tree;
        }

        private OpenTree open(Family family) {
            return trees.computeIfAbsent(family, one -> new OpenTree(reader.nodes(one), seal(one)));
        }

        @Override
        public void close() {
            trees.values().forEach(open -> open.nodes.close());
        }
    }

    /** A tree, and what it reads. */
    private static final class OpenTree {

        private final TreeNodes nodes;
        private final BlockTree tree;

        OpenTree(TreeNodes nodes, ValueSeal seal) {
            this.nodes = nodes;
            this.tree = new BlockTree(nodes, seal);
        }
    }
}
