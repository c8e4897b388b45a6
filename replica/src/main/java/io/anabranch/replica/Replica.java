package io.anabranch.replica;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.attachment.Attachments;
import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.grpc.DeviceLabel;
import io.anabranch.replica.grpc.RelayAddress;
import io.anabranch.replica.grpc.SyncException;
import io.anabranch.replica.identity.EnrolmentCode;
import io.anabranch.replica.identity.Identity;
import io.anabranch.replica.query.Circumstances;
import io.anabranch.replica.query.Query;
import io.anabranch.replica.schema.Configuration;
import io.anabranch.replica.schema.ConfigurationType;
import io.anabranch.replica.state.RecordChange;
import io.anabranch.replica.state.ReplicaFamilies;
import io.anabranch.replica.state.ReplicaState;
import io.anabranch.replica.state.StoreDigest;
import io.anabranch.replica.storage.Snapshot;
import io.anabranch.replica.storage.Storage;
import io.anabranch.replica.storage.StorageException;
import io.anabranch.replica.storage.StorageReader;
import io.anabranch.replica.storage.StorageStatistics;
import io.anabranch.replica.tracking.NetworkKind;
import io.anabranch.replica.tracking.SyncSettings;
import io.anabranch.replica.tracking.SyncTrack;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

    private static final Logger LOG = LoggerFactory.getLogger(Replica.class);

    private final Storage storage;
    private final Enrolment enrolment;
    private final ReplicaLoop loop = new ReplicaLoop();
    private final ReplicaState state;
    private final DeviceRules rules;
    private final FileErasure erasure;
    private final SaveQueue saves;
    private final SyncErrors errors;
    private final PeerDesk peers;
    private final IndexUpkeep indexes;
    private final SyncDesk desk;
    private final DeviceTrust trust;
    private final Attachments attachments;
    private final List<Watch> watches = new CopyOnWriteArrayList<>();
    private final ExecutorService watchExecutor = Executors.newSingleThreadExecutor(Watch::thread);
    private final LongSupplier wallMillis;

    private Replica(ReplicaOptions options, DeviceDirectory.Opened opened) {
        this.wallMillis = options.wallMillis();
        this.storage = opened.storage();
        this.enrolment = new Enrolment(storage, new SecureRandom());
        this.state = new ReplicaState(
                storage, enrolment.replica(), enrolment.keys().commitKey()::sign, options.wallMillis());
        this.rules = new DeviceRules(
                storage,
                new DeviceRules.Person(
                        () -> enrolment.identity().map(Identity::user).orElse(""), enrolment::device),
                wallMillis);
        this.trust = new DeviceTrust(storage, enrolment, loop);
        SyncDesk.Supply supply =
                new SyncDesk.Supply(state, loop, enrolment, new SyncMemory(storage), options, watchExecutor, trust);
        this.desk = new SyncDesk(supply, new RefreshDesk(supply, storage));
        this.attachments = DeviceAttachments.of(
                new DeviceAttachments.Surroundings(opened.content(), storage, loop, desk), options);
        this.saves = new SaveQueue(state, loop, rules, desk::committed);
        this.errors = new SyncErrors(state, loop, rules, saves, desk::committed);
        this.peers = new PeerDesk(
                state,
                loop,
                enrolment,
                new PeerDesk.Surroundings(storage, rules, wallMillis, trust::revocations, desk::committed));
        this.indexes = new IndexUpkeep(state, loop, rules, options.indexes());
        this.erasure = new FileErasure(state, loop, storage);
        state.deleteRules(rules::deleteRule);
        state.listen(this::changed);
        state.follow(type -> !watches.isEmpty() || ConfigurationType.isReserved(type));
        loop.call(() -> {
            indexes.declare();
            return true;
        });
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
     * @throws io.anabranch.replica.encryption.KeyException if the store is encrypted and the options have no key, or not its key, or it is
     *     not encrypted and they have one
     */
    public static Replica open(Path directory, ReplicaOptions options) {
        DeviceDirectory.Opened opened =
                new DeviceDirectory(directory).open(options.storage(), options.key(), new SecureRandom());
        try {
            return new Replica(options, opened);
        } catch (RuntimeException e) {
            opened.storage().close();
            throw e;
        }
    }

    /** Meets other devices. */
    public PeerDesk peers() {
        return peers;
    }

    /**
     * Saves changes of any number of records as one commit. Blocks until they are durable; saves of several threads share one sync.
     *
     * @param changes makes the changes, on the replica's own thread: it must be quick and not call the replica. If it throws, nothing is
     *     saved and this throws the same.
     * @return the commit's number among this replica's, 0 if nothing changed
     * @throws CommitRefusedException if the configuration that this device has does not allow the changes; nothing is saved. See {@link
     *     Transaction#unchecked}
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

    /** What is known of a record that another one refers to; never fails. */
    public Reference resolve(RecordKey key) {
        return Reference.to(state.view(key));
    }

    /** What the fields of a record that are references, by the configuration, refer to; fields without a value are left out. */
    public Map<String, Reference> references(Record record) {
        Map<String, Reference> references = new TreeMap<>();
        rules.references(record).forEach((field, key) -> references.put(field, resolve(key)));
        return references;
    }

    /** The configuration that this device has: what records are like, and what its user may do. */
    public Configuration configuration() {
        return rules.configuration();
    }

    /**
     * The records of a type that match a filter, such as {@code territory = 'West' ORDER BY name LIMIT 20}; in order of their ids
     * if it names none. Reads all records of the type, unless an index serves; see {@link #explain}.
     *
     * @throws io.anabranch.replica.query.QueryException if the filter is not understood; the message says where
     */
    public List<Record> find(String type, String filter) {
        return find(type, Query.parse(filter), null);
    }

    /**
     * As {@link #find(String, String)}, page by page: with a LIMIT in the filter.
     *
     * @param after where to go on: what the last page named, empty for the first
     */
    public FoundPage findPage(String type, String filter, String after) {
        Query query = Query.parse(filter);
        return FoundPage.of(find(type, query, after.isEmpty() ? null : FoundPage.place(type, after)), query);
    }

    /** How {@link #find(String, String)} would come by the records: which index it would use, if any. */
    public String explain(String type, String filter) {
        try (Snapshot snapshot = storage.snapshot()) {
            return new Finder(snapshot, type, circumstances(snapshot))
                    .plan(Query.parse(filter))
                    .text();
        }
    }

    private List<Record> find(String type, Query query, @Nullable Record after) {
        try (Snapshot snapshot = storage.snapshot()) {
            return new Finder(snapshot, type, circumstances(snapshot)).find(query, after);
        }
    }

    /** Calls back with every record in order of type and id, all as of one moment; deleted ones and configuration are left out. */
    public void forEach(Consumer<Record> action) {
        Finder.forEach(storage, type -> !ConfigurationType.isReserved(type), action);
    }

    /** Calls back with every record of the configuration that this device has. */
    public void forEachOfConfiguration(Consumer<Record> action) {
        Finder.forEach(storage, ConfigurationType::isReserved, action);
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
        WatchedResult result =
                WatchedResult.of(type, query, () -> circumstances(storage), () -> find(type, query, null));
        Watch watch = new Watch(result, callback, watchExecutor, watches::remove);
        watch.begin(watches::add);
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
        enrol(relay, code, new DeviceLabel(deviceName, ""));
    }

    /** As the other method, with what kind of device it is. */
    public void enrol(RelayAddress relay, EnrolmentCode code, DeviceLabel label) {
        enrolment.enrol(relay, code, label);
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
     * @param way any but {@link SyncWay#LIVE}, for which see {@link #live}
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
     * Starts a refresh of a part of the records. Cut short, nothing is lost, and the next one does the rest.
     *
     * @param onProgress called after each step, on the replica's thread
     * @return completes with the report, whose {@linkplain SyncReport#audit audit} says what was put right; cancelling it cancels the refresh
     */
    public CompletableFuture<SyncReport> startRefresh(RefreshPart part, Consumer<ReplicaStatus> onProgress) {
        return desk.start(SyncWay.REFRESH, "user", part.ranges(rules.configuration()), onProgress);
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
                        .anyMatch(delta ->
                                !ReplicaFamilies.isOwnMaking(delta.key().type())))
                .toList();
    }

    /** The commits that the relay rejected, and what can be done about them. */
    public SyncErrors errors() {
        return errors;
    }

    /** Binary content that the records refer to. */
    public Attachments attachments() {
        return attachments;
    }

    /** Whom this device trusts. */
    public DeviceTrust trust() {
        return trust;
    }

    /** What the store takes on disk and in memory. */
    public StorageStatistics statistics() {
        return storage.statistics();
    }

    /** Ends sync, finishes the saves that wait, and closes the store. */
    @Override
    public void close() {
        attachments.stop();
        desk.close();
        try {
            erasure.run();
        } catch (StorageException e) {
            LOG.warn("what has left the device could not be erased from its files; it is tried again", e);
        }
        loop.close();
        attachments.close();
        watchExecutor.shutdown();
        storage.close();
    }

    private Circumstances circumstances(StorageReader reader) {
        return new DeviceCircumstances(reader, wallMillis.getAsLong(), rules.writer());
    }

    private void changed(List<RecordChange> changes) {
        desk.changed(changes);
        attachments.changed(changes);
        if (rules.changed(changes)) {
            indexes.declare();
        }
        erasure.changed();
        watches.forEach(watch -> watch.changed(changes));
    }
}
