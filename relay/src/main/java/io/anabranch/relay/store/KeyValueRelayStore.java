package io.anabranch.relay.store;

import io.anabranch.crdt.Position;
import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.Family;
import io.anabranch.replica.storage.Scan;
import io.anabranch.replica.storage.Snapshot;
import io.anabranch.replica.storage.Storage;
import io.anabranch.replica.storage.StorageReader;
import io.anabranch.replica.storage.WriteBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * A {@link RelayStore} over an ordered store of bytes, in the same process: {@code RocksDbStorage} for a relay, {@code
 * MemoryStorage} for tests and the simulator. Each append is one batch and one sync.
 *
 * <p>Keeps nothing in memory but the subscriptions and the ids of the epochs. Writers exclude each other by a lock; readers never wait for it.
 *
 * <pre>{@code
 * Storage storage = RocksDbStorage.open(dir, KeyValueRelayStore.FAMILIES, RocksDbOptions.large());
 * try (RelayStore store = KeyValueRelayStore.open(storage, new SecureRandom())) {
 *     …
 * }
 * }</pre>
 */
public final class KeyValueRelayStore implements RelayStore {

    /** The families that the storage must be opened with. */
    public static final List<Family> FAMILIES = List.of(
            Layout.STATES,
            Layout.FEED,
            Layout.REFERENCES,
            Layout.TIMERS,
            Layout.ATTACHMENTS,
            Layout.HEADS,
            Layout.VERDICTS,
            Layout.TABLES,
            Layout.META);

    private static final int STORE_ID_SIZE = 16;
    private static final int SECRET_SIZE = 32;

    private final Storage storage;
    private final RandomGenerator random;
    private final Object writing = new Object();
    private final BucketSizes sizes;
    private volatile Lineage lineage;
    private final List<Hint> hints = new CopyOnWriteArrayList<>();

    private KeyValueRelayStore(Storage storage, RandomGenerator random) {
        this.storage = storage;
        this.random = random;
        this.sizes = new BucketSizes(storage);
        this.lineage = lineage(storage);
    }

    /**
     * Opens the store in a storage, which is then the store's own and closed with it.
     *
     * @param storage opened with {@link #FAMILIES}
     * @param random where the id and the secret of a new store come from, and the ids of epochs
     */
    public static KeyValueRelayStore open(Storage storage, RandomGenerator random) {
        if (storage.get(Layout.META, Layout.STORE_ID) == null) {
            byte[] storeId = new byte[STORE_ID_SIZE];
            random.nextBytes(storeId);
            WriteBatch batch = new WriteBatch();
            batch.put(Layout.META, Layout.STORE_ID, storeId);
            byte[] secret = new byte[SECRET_SIZE];
            random.nextBytes(secret);
            batch.put(Layout.META, Layout.SECRET, secret);
            begin(batch, Position.START, random);
            storage.write(batch, Durability.SYNC);
        }
        return new KeyValueRelayStore(storage, random);
    }

    @Override
    public byte[] storeId() {
        return meta(storage, Layout.STORE_ID);
    }

    @Override
    public byte[] secret() {
        return meta(storage, Layout.SECRET);
    }

    @Override
    public Position head() {
        return head(storage);
    }

    @Override
    public Position newEpoch() {
        Position begun;
        synchronized (writing) {
            Position head = head();
            begun = new Position(head.epoch() + 1, head.sequence());
            WriteBatch batch = new WriteBatch();
            begin(batch, begun, random);
            storage.write(batch, Durability.SYNC);
            lineage = lineage(storage);
        }
        hint(Appended.unknown(begun));
        return begun;
    }

    @Override
    public Position resume(Position cursor) {
        Position head = head();
        if (cursor.compareTo(head) > 0) {
            throw new IllegalArgumentException("a cursor is after the head: " + cursor + ", " + head);
        } else if (cursor.epoch() == head.epoch()) {
            return cursor;
        }
        long followingStart = Layout.number(meta(storage, Layout.epochKey(cursor.epoch() + 1)));
        return new Position(head.epoch(), Math.min(cursor.sequence(), followingStart));
    }

    @Override
    public Lineage lineage() {
        return lineage;
    }

    private static Lineage lineage(Storage storage) {
        List<Lineage.Mark> marks = new ArrayList<>();
        try (Scan scan = storage.scan(Layout.META, Layout.EPOCH, Layout.endOf(Layout.EPOCH))) {
            while (scan.next()) {
                marks.add(Layout.mark(scan.value()));
            }
        }
        return new Lineage(marks);
    }

    @Override
    public RelayView view() {
        Snapshot snapshot = storage.snapshot();
        return new KeyValueRelayView(snapshot, head(snapshot));
    }

    @Override
    public void append(Admitted admitted) {
        synchronized (writing) {
            Position head = head();
            if (!head.equals(admitted.before())) {
                throw new IllegalStateException(
                        "a round was judged against another head: " + head + ", " + admitted.before());
            }
            sizes.begin(head);
            storage.write(new AppendBatch(storage, sizes).of(admitted), Durability.SYNC);
            sizes.appended(admitted.head());
        }
        if (!hints.isEmpty()) {
            hint(Appended.of(admitted));
        }
    }

    @Override
    public RelayTable table(String name) {
        return new KeyValueRelayTable(storage, writing, name);
    }

    @Override
    public AttachmentReferrers attachmentReferrers() {
        return new KeyValueAttachmentReferrers(storage, writing);
    }

    @Override
    public Subscription onAppend(Consumer<Appended> reader) {
        Hint own = new Hint(reader);
        hints.add(own);
        return () -> hints.remove(own);
    }

    @Override
    public void close() {
        storage.close();
    }

    private void hint(Appended what) {
        hints.forEach(hint -> hint.reader.accept(what));
    }

    private static void begin(WriteBatch batch, Position start, RandomGenerator random) {
        byte[] mark = Layout.numbers(start.sequence(), random.nextLong());
        batch.put(Layout.META, Layout.epochKey(start.epoch()), mark);
        batch.put(Layout.META, Layout.HEAD, Layout.position(start));
    }

    private static Position head(StorageReader from) {
        return Layout.position(meta(from, Layout.HEAD));
    }

    private static byte[] meta(StorageReader from, byte[] key) {
        byte[] value = from.get(Layout.META, key);
        if (value == null) {
            throw new IllegalStateException("the relay's data lacks an entry that is always there; restore it");
        }
        return value;
    }

    /** Has its own identity, so that ending one subscription never ends another of the same reader. */
    private static final class Hint {

        private final Consumer<Appended> reader;

        Hint(Consumer<Appended> reader) {
            this.reader = reader;
        }
    }
}
