package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.META;
import static io.anabranch.replica.state.ReplicaFamilies.PENDING;

import com.google.protobuf.ByteString;
import io.anabranch.crdt.Position;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.Page;
import io.anabranch.proto.Resumption;
import io.anabranch.proto.Verdicts;
import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.commit.SignedCommits;
import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.Storage;
import io.anabranch.replica.storage.WriteBatch;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.RecordKeys;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A device's store: the one place where records, pending commits, verdicts and pages from the relay meet.
 *
 * <p>Owned by one thread. Each method that changes something does so in one write batch; local commits are durable on return,
 * what the relay sends is not until the next of those, since the relay can send it again. If storage fails, its exception is
 * passed on and the state in memory is what it was before the call.
 */
public final class ReplicaState {

    /** Records of unconfirmed commits that are kept track of in memory: some 50 MB. */
    private static final int UNCONFIRMED_IN_MEMORY_MAX = 100_000;

    private final Storage storage;
    private long replica;
    private final int unconfirmedInMemoryMax;
    private UnaryOperator<byte[]> signer;
    private Salts salts;
    private final LongSupplier wallMillis;
    private final ReplicaClock clock;
    private final Eviction evicted;
    private PendingLog log;
    private RecordIndexes indexes;
    private PageIntake pages;
    private final RelayEpoch epoch;
    private Consumer<List<RecordChange>> listener = changes -> {};
    private Predicate<String> types = type -> true;
    private Function<String, RecordEdit.DeleteRule> deleteRules = type -> RecordEdit.DeleteRule.EDIT_WINS;
    private Outbox outbox;
    private ErrorLog errors;
    private Carried carried;
    /** Counts the changes of records, so that a group of saves can tell that it has read older ones. */
    private long generation;

    /**
     * Opens what the storage holds.
     *
     * @param storage with the families of {@link ReplicaFamilies}
     * @param replica this replica's id
     * @param signer signs with the replica's commit key
     * @param wallMillis the wall clock, ms since 1970
     */
    public ReplicaState(Storage storage, long replica, UnaryOperator<byte[]> signer, LongSupplier wallMillis) {
        this(storage, replica, signer, wallMillis, UNCONFIRMED_IN_MEMORY_MAX);
    }

    ReplicaState(
            Storage storage, long replica, UnaryOperator<byte[]> signer, LongSupplier wallMillis, int inMemoryMax) {
        this.storage = storage;
        this.unconfirmedInMemoryMax = inMemoryMax;
        this.replica = replica;
        this.signer = signer;
        this.salts = new Salts(signer);
        this.wallMillis = wallMillis;
        this.clock = new ReplicaClock(storage, wallMillis);
        this.log = new PendingLog(storage, replica, unconfirmedInMemoryMax);
        this.indexes = new RecordIndexes(storage);
        this.evicted = new Eviction(storage);
        this.pages = new PageIntake(this);
        this.epoch = new RelayEpoch(storage);
        this.outbox = new Outbox(this);
        this.errors = new ErrorLog(this);
        this.carried = new Carried(this);
        observeOwnStamps();
    }

    /** Calls back after each change with the records that changed, on the owning thread. */
    public void listen(Consumer<List<RecordChange>> newListener) {
        listener = newListener;
    }

    /** Tells records of which types the listener wants to hear of when very many change at once; by default it is all. */
    public void follow(Predicate<String> newTypes) {
        types = newTypes;
    }

    /** Says for each type what concurrent deletion and editing come to; an edit wins until then. */
    public void deleteRules(Function<String, RecordEdit.DeleteRule> rules) {
        deleteRules = rules;
    }

    /** The number of the relay's latest order to refresh that was followed, 0 if none was. */
    public long refreshFollowed() {
        return ReplicaMeta.number(storage, ReplicaMeta.REFRESH_FOLLOWED);
    }

    /** The view of a record; empty if there is none, and not {@link Record#alive} if it was deleted. */
    public Record view(RecordKey key) {
        byte @Nullable [] bytes = storage.get(ReplicaFamilies.RECORDS, RecordKeys.encode(key));
        return bytes == null ? Record.empty(key) : Record.decode(key, bytes);
    }

    /** Starts a group of saves. */
    public CommitGroup newGroup() {
        return new CommitGroup(this);
    }

    /** This replica's id. */
    public long replica() {
        return replica;
    }

    /** Own commits that are not in the base yet, but for those that the device made about itself. */
    public long pendingCount() {
        return outbox.pendingCount();
    }

    /** Those of them that have no verdict yet. */
    public long unjudgedCount() {
        return outbox.unjudgedCount();
    }

    /** Own commits that were rejected, and neither retried nor discarded. */
    public ErrorLog errors() {
        return errors;
    }

    /** Commits of other replicas that this device has from peers, and that the relay has not confirmed. */
    public Carried carried() {
        return carried;
    }

    /** How many own commits are sync errors. */
    public long errorCount() {
        return errors.count();
    }

    /** The position whose state the base has; {@link Position#START} before the first filling is complete. */
    public Position appliedPosition() {
        return pages.appliedPosition();
    }

    /** The cursor to resume the download from; empty at first. */
    public byte[] cursor() {
        return pages.progress().cursor().clone();
    }

    /** The lowest own seq that has no verdict; one after the last if all have. */
    public long firstUnjudgedSeq() {
        return outbox.firstUnjudgedSeq();
    }

    /** The seq of the last own commit, 0 before the first. */
    public long lastSeq() {
        return head().seq();
    }

    /** The link of the last own commit. */
    public byte[] lastLink() {
        return head().link().clone();
    }

    /** What is known of other replicas. */
    public AuthorBook authors() {
        return new AuthorBook(storage);
    }

    /** Whether no own commit up to {@code seq} is pending any more. */
    public boolean isConfirmedThrough(long seq) {
        return outbox.isConfirmedThrough(seq);
    }

    /** Signed commits to send, from {@code firstSeq} on; null if there are none. */
    public @Nullable SignedCommits batchFrom(long firstSeq) {
        return log.batchFrom(replica, firstSeq, SignedRows.Extent.BATCH, signer);
    }

    /** Of the signed commits to send from {@code firstSeq} on, those that were signed together; null if there are none. */
    public @Nullable SignedCommits groupFrom(long firstSeq) {
        return log.batchFrom(replica, firstSeq, SignedRows.Extent.GROUP, signer);
    }

    /** The pending commits from {@code firstSeq} on, at most {@code countMax}; with those that the device made about itself. */
    public List<Commit> pending(long firstSeq, int countMax) {
        return log.list(PENDING, firstSeq, countMax).stream()
                .map(row -> Commit.decode(row.getBody().toByteArray()))
                .toList();
    }

    /** Learns how far this device's clock is off the relay's; small differences are left alone. */
    public void observeRelayClock(long relayMillis) {
        clock.observeRelay(relayMillis);
    }

    /**
     * Takes verdicts. Those already taken are ignored, but for sync errors that are accepted now.
     *
     * @throws MalformedMessageException if they leave a gap or speak of commits never made; nothing was changed
     */
    public void judge(Verdicts verdicts) {
        outbox.judge(verdicts, pages);
    }

    /**
     * Takes a page from the relay: applies it, or stages it until a consistent one follows. A page that was taken before is ignored.
     *
     * @throws MalformedMessageException if it is malformed or does not follow the last; nothing was changed
     */
    public void receive(Page page) {
        pages.receive(page);
    }

    /** Whether a stream of the relay's in this epoch is to be believed; if not, the device has to reconcile first. */
    public boolean agreesOnEpoch(ByteString relayEpoch) {
        return epoch.agrees(relayEpoch);
    }

    /** The cursor of what is applied, without staged pages; empty at first. */
    public byte[] appliedCursor() {
        return pages.appliedCursor().clone();
    }

    /** Whether there are records of which the cursor tells nothing: the download was started over, and has not come to an end since. */
    public boolean isInDoubt() {
        return pages.isInDoubt();
    }

    /**
     * Whether the relay's knowledge of this replica is of this store.
     *
     * @param nextSeq the commit that the relay expects next
     * @param link of the one before; empty if it does not say
     */
    public boolean isContinuedAt(long nextSeq, byte[] link) {
        if (nextSeq > lastSeq() + 1) {
            return false;
        } else if (link.length == 0) {
            return true;
        } else if (nextSeq == lastSeq() + 1) {
            return Arrays.equals(link, head().link());
        }
        return log.find(PENDING, nextSeq)
                .map(row -> Arrays.equals(link, row.getPreviousLink().toByteArray()))
                .orElse(true);
    }

    /**
     * Goes on as another replica: all that the relay has not accepted is made anew as commits of that. Durable on return, all of it or nothing.
     *
     * @param also what else is to be stored in the same batch
     */
    public void succeed(long newReplica, UnaryOperator<byte[]> newSigner, Consumer<WriteBatch> also) {
        Succession succession = new Succession(this, newReplica, newSigner);
        WriteBatch batch = succession.batch();
        also.accept(batch);
        storage.write(batch, Durability.SYNC);
        replica = newReplica;
        signer = newSigner;
        salts = new Salts(newSigner);
        generation++;
        log = new PendingLog(storage, replica, unconfirmedInMemoryMax);
        outbox = new Outbox(this);
        errors = new ErrorLog(this);
        carried = new Carried(this);
        listener.accept(succession.changes());
    }

    /** For reconciliation. */
    public Repairs repairs() {
        return new Repairs(this);
    }

    /**
     * A reconciliation has ended: this device is in the relay's epoch from now on, and goes on from where the relay says. All that is
     * pending is judged again; what had a verdict gets it again, or a new one. Durable on return.
     */
    public void resume(ByteString relayEpoch, Resumption resumption) {
        WriteBatch batch = new WriteBatch();
        pages.resume(batch, resumption);
        epoch.put(batch, relayEpoch);
        storage.write(batch, Durability.SYNC);
        epoch.written(relayEpoch);
        pages.resumed();
        outbox.judgeAgain();
        carried.judgeAgain();
    }

    /**
     * Takes a page from the relay and stages it beside the base. When a consistent one is staged, all up to there is ready for {@link
     * #applyStaged}. Commits that were accepted stay pending until then.
     *
     * @throws MalformedMessageException if it is malformed or does not follow the last; nothing was changed
     */
    public void stage(Page page) {
        pages.stage(page);
    }

    /**
     * Prepares the next part of what is ready, so that it is applied the faster. Takes some milliseconds.
     *
     * @return false if everything is prepared
     * @throws MalformedMessageException if a page does not fit the base; nothing is staged any more and the next sync brings it again
     */
    public boolean prepareStaged() {
        return pages.prepareNext();
    }

    /**
     * Makes what is ready the base, for readers all at once; what was saved meanwhile is on top of it. A page that is received, not
     * staged, does so first.
     *
     * @return how many records were staged; 0 if nothing was ready
     */
    public long applyStaged() {
        return pages.applyReady();
    }

    /** How many records have come from the relay since this was opened; for progress. */
    public long receivedCount() {
        return pages.received();
    }

    /** What waits to be applied, as far as it is prepared. */
    public Waiting waiting() {
        return pages.waiting();
    }

    /** Whether all own commits up to {@code seq} are judged, and those accepted in the base or in what is ready. */
    public boolean isReadyThrough(long seq) {
        return outbox.isJudgedThrough(seq, pages.readyPosition());
    }

    /**
     * Forgets how far the download has come, since the relay does not know it any more. Nothing is taken from the view; what the
     * relay has not given again by the next consistent page goes then, but for records with commits that wait.
     */
    public void startOver() {
        pages.startOver();
        epoch.forget();
    }

    /** Where the files may still have bytes of what the device has lost the right to; empty if nowhere. */
    public Optional<EvictedRange> evictedRange() {
        return evicted.range();
    }

    /** The files of a range have been rewritten. */
    public void erased(EvictedRange range) {
        evicted.erased(range);
    }

    /** The secondary indexes. */
    public RecordIndexes indexes() {
        return indexes;
    }

    /** A state of the same replica in other families. */
    ReplicaState beside(Storage families) {
        return new ReplicaState(families, replica, signer, wallMillis, unconfirmedInMemoryMax);
    }

    /** Another generation of records has taken the place of the one there was. */
    void exchanged() {
        generation++;
        log = new PendingLog(storage, replica, unconfirmedInMemoryMax);
        indexes = new RecordIndexes(storage);
        PageIntake before = pages;
        pages = new PageIntake(this);
        pages.countsOn(before);
        judge(Verdicts.getDefaultInstance());
        carried.pass();
    }

    Eviction evicted() {
        return evicted;
    }

    Storage storage() {
        return storage;
    }

    PendingLog log() {
        return log;
    }

    RecordEdit.DeleteRule deleteRule(String type) {
        return deleteRules.apply(type);
    }

    ReplicaClock clock() {
        return clock;
    }

    UnaryOperator<byte[]> signer() {
        return signer;
    }

    Salts salts() {
        return salts;
    }

    ChainHead head() {
        return outbox.head();
    }

    long generation() {
        return generation;
    }

    long dotFloor(byte[] recordKey) {
        return ReplicaMeta.number(storage, ReplicaMeta.floorKey(recordKey));
    }

    /** The dots of a commit that goes for good, or of a record that does, must not be used again, though the base may not show them. */
    void keepFloor(WriteBatch batch, RecordSlots.Slot slot, long usedDot) {
        if (usedDot > slot.confirmed().context().last(replica) && usedDot > dotFloor(slot.storageKey())) {
            batch.put(META, ReplicaMeta.floorKey(slot.storageKey()), ReplicaFamilies.number(usedDot));
        }
    }

    void committed(ChainHead newHead, int count, RecordSlots slots) {
        outbox.committed(newHead, count);
        changed(slots);
    }

    JudgedRuns.Passed acceptedPassedBy(Position position) {
        return outbox.acceptedPassedBy(position);
    }

    void confirmed(JudgedRuns.Passed passed, BaseUpdate update) {
        outbox.confirmed(passed, update.forgottenCount());
        changed(update.slots());
    }

    void changed(RecordSlots slots) {
        generation++;
        listener.accept(slots.changes());
    }

    Predicate<String> followed() {
        return types;
    }

    void tell(List<RecordChange> changes) {
        listener.accept(changes);
    }

    private void observeOwnStamps() {
        log.list(PENDING, lastSeq(), 1)
                .forEach(row ->
                        clock.observe(Commit.decode(row.getBody().toByteArray()).stamp()));
    }
}
