package io.anabranch.replica;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.grpc.RelayAddress;
import io.anabranch.replica.grpc.SyncException;
import io.anabranch.replica.identity.EnrolmentCode;
import io.anabranch.replica.identity.Identity;
import io.anabranch.replica.query.Query;
import io.anabranch.replica.state.RecordChange;
import io.anabranch.replica.state.ReplicaFamilies;
import io.anabranch.replica.state.ReplicaState;
import io.anabranch.replica.state.StoreDigest;
import io.anabranch.replica.state.SyncError;
import io.anabranch.replica.storage.RocksDbStorage;
import io.anabranch.replica.storage.Storage;
import io.anabranch.replica.storage.StorageStatistics;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * A device's records: always readable and writable, with or without a network, and merged with everyone else's when there is one.
 *
 * <p>A save is durable when {@link #commit} returns, and visible to every reader. Nothing that was saved is lost to a crash, a cut
 * connection or a conflict; a save the relay rejects becomes a sync error that the user edits, retries or discards. Thread-safe; reads never
 * wait for writes or for sync. One process at a time may have a store open. If the store fails, as on a full disk, every save from then on
 * fails with a {@link io.anabranch.replica.storage.StorageException} until the replica is opened again; what was saved before is safe.
 *
 * <pre>{@code
 * try (Replica replica = Replica.open(Path.of("data"))) {
 *     replica.commit(tx -> tx.record("account", "a1").set("name", "Harbour Clinic"));
 *     Optional<Record> account = replica.get("account", "a1");
 *     SyncReport report = replica.sync(SyncWay.INCREMENTAL);
 * }
 * }</pre>
 */
public final class Replica implements AutoCloseable {

    private final Storage storage;
    private final Enrolment enrolment;
    private final ReplicaLoop loop = new ReplicaLoop();
    private final ReplicaState state;
    private final SaveQueue saves;
    private final SyncDesk desk;
    private final List<Watch> watches = new CopyOnWriteArrayList<>();
    private final ExecutorService watchExecutor = Executors.newSingleThreadExecutor(Replica::watchThread);

    private Replica(ReplicaOptions options, Storage storage) {
        this.storage = storage;
        this.enrolment = new Enrolment(storage, new SecureRandom());
        this.state = new ReplicaState(
                storage, enrolment.replica(), enrolment.keys().commitKey()::sign, options.wallMillis());
        this.desk = new SyncDesk(state, loop, enrolment, options.wallMillis());
        this.saves = new SaveQueue(state, loop, desk::committed);
        state.listen(this::changed);
    }

    /** Opens a store with the default options, or makes it. */
    public static Replica open(Path directory) {
        return open(directory, ReplicaOptions.defaults());
    }

    /**
     * Opens a store, or makes it: with new keys and a new replica id.
     *
     * @param directory made if it is missing
     * @throws io.anabranch.replica.storage.StorageException if another process has it open, or it cannot be read; the message says which
     *     file and what to do
     */
    public static Replica open(Path directory, ReplicaOptions options) {
        Storage storage = RocksDbStorage.open(directory.resolve("store"), ReplicaFamilies.all(), options.storage());
        try {
            return new Replica(options, storage);
        } catch (RuntimeException e) {
            storage.close();
            throw e;
        }
    }

    /**
     * Saves changes of any number of records as one commit. Blocks until they are durable; saves of several threads share one sync.
     *
     * @param changes makes the changes, on the replica's own thread: it must be quick and not call the replica. If it throws, nothing is
     *     saved and this throws the same.
     * @return the commit's number among this replica's, 0 if nothing changed
     */
    public long commit(Consumer<Transaction> changes) {
        return ReplicaLoop.join(saves.add(changes));
    }

    /** As {@link #commit} without waiting: completes when the changes are durable. */
    public CompletableFuture<Long> commitAsync(Consumer<Transaction> changes) {
        return saves.add(changes);
    }

    /** A record, empty if it does not exist or was deleted. */
    public Optional<Record> get(String type, String id) {
        return Optional.of(state.view(new RecordKey(type, id))).filter(Record::alive);
    }

    /** A record with all that is known of it, even if it was deleted; empty if nothing is. */
    public Record view(RecordKey key) {
        return state.view(key);
    }

    /**
     * The records of a type that match a filter, such as {@code territory = 'West' ORDER BY name LIMIT 20}; in order of their ids
     * if it names none. Reads all records of the type.
     *
     * @throws io.anabranch.replica.query.QueryException if the filter is not understood; the message says where
     */
    public List<Record> find(String type, String filter) {
        return Finder.find(storage, type, Query.parse(filter));
    }

    /** Calls back with every record in order of type and id, all as of one moment; deleted ones are left out. */
    public void forEach(Consumer<Record> action) {
        Finder.forEach(storage, action);
    }

    /** One digest for all records; equal to that of every other store that has converged with this one. Reads everything. */
    public StoreDigest digest() {
        return Finder.digest(storage);
    }

    /**
     * Follows the records of a type that match a filter, from now on.
     *
     * @param callback called on a thread of the replica's own; may use the replica
     */
    public Watch watch(String type, String filter, Consumer<RecordEvent> callback) {
        Watch watch = new Watch(type, Query.parse(filter), callback, watchExecutor, watches::remove);
        watches.add(watch);
        return watch;
    }

    /**
     * Gives this replica to a user of a relay. Blocks. What was saved before is kept, and goes up with the first sync.
     *
     * @param relay where the relay listens
     * @param code the one-time code that the relay's administrator gave out
     * @param deviceName shown in the office
     * @throws SyncException if the relay is not reached or refuses the code
     */
    public void enrol(RelayAddress relay, EnrolmentCode code, String deviceName) {
        enrolment.enrol(relay, code, deviceName);
    }

    /** Follows the relay to another address; it must be the same relay, by its certificate. */
    public void moveRelay(RelayAddress relay) {
        enrolment.move(relay);
    }

    /** Who this replica is to its relay, empty before it was enrolled. */
    public Optional<Identity> identity() {
        return enrolment.identity();
    }

    /** Where its relay is, empty before it was enrolled. */
    public Optional<RelayAddress> relay() {
        return enrolment.relay();
    }

    /**
     * Syncs and waits for the end of it. Reading and writing go on meanwhile.
     *
     * @param way {@link SyncWay#INCREMENTAL}; for {@link SyncWay#LIVE} see {@link #live}
     * @throws SyncException if it ended before it was done; nothing is lost, and the next one goes on from there
     */
    public SyncReport sync(SyncWay way) {
        return ReplicaLoop.join(startSync(way, status -> {}));
    }

    /**
     * Starts a sync.
     *
     * @param onProgress called after each step, on the replica's thread
     * @return completes with the report; cancelling it cancels the sync
     */
    public CompletableFuture<SyncReport> startSync(SyncWay way, Consumer<ReplicaStatus> onProgress) {
        if (way != SyncWay.INCREMENTAL) {
            throw new IllegalArgumentException("only an incremental sync has an end: " + way);
        }
        return desk.startIncremental(onProgress);
    }

    /**
     * Syncs, then compares every record with the relay's and repairs what differs here. Costs a reading of all records on both sides and
     * little traffic. Blocks; reading and writing go on meanwhile.
     *
     * @throws SyncException if it ended before it was done; nothing is lost
     */
    public VerifyReport verify() {
        return ReplicaLoop.join(desk.startVerify());
    }

    /**
     * Stays connected: sends each commit as it is made and takes each change as it is admitted, and connects again whenever the connection
     * is lost. Returns at once; close the answer to stop.
     */
    public LiveConnection live() {
        return desk.live();
    }

    /** Where the replica stands. */
    public ReplicaStatus status() {
        return loop.call(desk::status);
    }

    /** The pending commits from a number on, oldest first. */
    public List<Commit> pending(long firstSeq, int countMax) {
        return loop.call(() -> state.pending(firstSeq, countMax));
    }

    /** The sync errors, oldest first. */
    public List<SyncError> errors(int countMax) {
        return loop.call(() -> state.errors(countMax));
    }

    /** Drops a sync error and what it wrote; false if there is none of that number. */
    public boolean discard(long seq) {
        return loop.call(() -> state.discard(seq));
    }

    /** Makes a new commit of a sync error's content; its number, 0 if there is no such error. */
    public long retry(long seq) {
        return loop.call(() -> {
            long newSeq = state.retry(seq);
            desk.committed();
            return newSeq;
        });
    }

    /** What the store takes on disk and in memory. */
    public StorageStatistics statistics() {
        return storage.statistics();
    }

    /** Ends sync, finishes the saves that wait, and closes the store. */
    @Override
    public void close() {
        desk.close();
        loop.close();
        watchExecutor.shutdown();
        storage.close();
    }

    private void changed(List<RecordChange> changes) {
        desk.changed(changes.size());
        watches.forEach(watch -> watch.changed(changes));
    }

    private static Thread watchThread(Runnable task) {
        Thread thread = new Thread(task, "anabranch-watch");
        thread.setDaemon(true);
        return thread;
    }
}
