package io.anabranch.replica;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.grpc.RelayAddress;
import io.anabranch.replica.grpc.SyncException;
import io.anabranch.replica.identity.EnrolmentCode;
import io.anabranch.replica.identity.Identity;
import io.anabranch.replica.query.Circumstances;
import io.anabranch.replica.query.Query;
import io.anabranch.replica.state.RecordChange;
import io.anabranch.replica.state.ReplicaFamilies;
import io.anabranch.replica.state.ReplicaState;
import io.anabranch.replica.state.StoreDigest;
import io.anabranch.replica.state.SyncError;
import io.anabranch.replica.storage.RocksDbStorage;
import io.anabranch.replica.storage.Storage;
import io.anabranch.replica.storage.StorageStatistics;
import io.anabranch.replica.tracking.NetworkKind;
import io.anabranch.replica.tracking.SyncSettings;
import io.anabranch.replica.tracking.SyncTrack;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

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
    private final LongSupplier wallMillis;

    private Replica(ReplicaOptions options, Storage storage) {
        this.wallMillis = options.wallMillis();
        this.storage = storage;
        this.enrolment = new Enrolment(storage, new SecureRandom());
        this.state = new ReplicaState(
                storage, enrolment.replica(), enrolment.keys().commitKey()::sign, options.wallMillis());
        this.desk = new SyncDesk(
                new SyncDesk.Supply(state, loop, enrolment, new SyncMemory(storage), options, watchExecutor));
        this.saves = new SaveQueue(state, loop, desk::committed);
        state.listen(this::changed);
        state.follow(type -> !watches.isEmpty() || type.startsWith("$"));
        desk.opened();
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
        return Finder.find(storage, type, Query.parse(filter), circumstances());
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
        Query query = Query.parse(filter);
        Predicate<Record> matches = record -> query.matches(record, circumstances());
        Watch watch = new Watch(type, matches, callback, watchExecutor, watches::remove);
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
     * @param way {@link SyncWay#INCREMENTAL} or {@link SyncWay#NON_BLOCKING}; for {@link SyncWay#LIVE} see {@link #live}
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
        if (way == SyncWay.LIVE) {
            throw new IllegalArgumentException("live sync has no end; see live()");
        }
        return desk.start(way, "user", onProgress);
    }

    /**
     * Applies what a non-blocking sync has staged: all at once for everyone who reads, with what was edited meanwhile on top of it. Takes
     * about a second for 100,000 records; may be put off for as long as one likes.
     *
     * @return how many records were staged, 0 if nothing was
     */
    public long apply() {
        return loop.call(desk::apply);
    }

    /** Tells what network the device is on: with none nothing is tried, and with another one it is tried at once. */
    public void network(NetworkKind kind) {
        loop.call(() -> {
            desk.network(kind);
            return true;
        });
    }

    /** Calls back with the status now and whenever it changes, on a thread of the replica's own; of quick changes, with the last. */
    public ReplicaStatus.Listening onStatus(Consumer<ReplicaStatus> listener) {
        return desk.listen(listener);
    }

    /** What the last syncs did, latest first, as far as {@link SyncSettings#tracksKept} has them kept. */
    public List<SyncTrack> tracks() {
        return loop.call(desk::tracks);
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

    /** The pending commits from a number on, oldest first, without those that are about the device itself. */
    public List<Commit> pending(long firstSeq, int countMax) {
        return loop.call(() -> state.pending(firstSeq, countMax)).stream()
                .filter(commit -> commit.deltas().stream()
                        .anyMatch(delta -> !ReplicaFamilies.isOwnMaking(delta.key().type())))
                .toList();
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

    private Circumstances circumstances() {
        return new DeviceCircumstances(storage, wallMillis.getAsLong());
    }

    private void changed(List<RecordChange> changes) {
        desk.changed(changes);
        watches.forEach(watch -> watch.changed(changes));
    }

    private static Thread watchThread(Runnable task) {
        Thread thread = new Thread(task, "anabranch-watch");
        thread.setDaemon(true);
        return thread;
    }
}
