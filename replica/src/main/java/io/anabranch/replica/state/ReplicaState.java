package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.ERRORS;
import static io.anabranch.replica.state.ReplicaFamilies.META;
import static io.anabranch.replica.state.ReplicaFamilies.PENDING;

import com.google.protobuf.ByteString;
import io.anabranch.crdt.HybridClock;
import io.anabranch.crdt.Position;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.Page;
import io.anabranch.proto.PendingCommit;
import io.anabranch.proto.Resumption;
import io.anabranch.proto.Verdicts;
import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.commit.SignedCommits;
import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.Storage;
import io.anabranch.replica.storage.WriteBatch;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.RecordKeys;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
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

    private static final long CLOCK_OFFSET_IGNORED_MILLIS = 2_000;

    private final Storage storage;
    private final long replica;
    private final UnaryOperator<byte[]> signer;
    private final LongSupplier wallMillis;
    private final HybridClock clock;
    private final PendingLog log;
    private final PageIntake pages;
    private final RelayEpoch epoch;
    private Consumer<List<RecordChange>> listener = changes -> {};
    private ChainHead head;
    private JudgedRuns accepted = JudgedRuns.NONE;
    private long firstUnjudgedSeq;
    /** Up to here commits that have a verdict may stand between those that have none, after a reconciliation. */
    private long gapsThroughSeq;

    private long pendingCount;
    private long errorCount;
    private long clockOffsetMillis;
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
        this.storage = storage;
        this.replica = replica;
        this.signer = signer;
        this.wallMillis = wallMillis;
        this.clock = new HybridClock(() -> wallMillis.getAsLong() + clockOffsetMillis);
        this.log = new PendingLog(storage, replica);
        this.head = ChainHead.decode(storage.get(META, ReplicaMeta.HEAD));
        this.pages = new PageIntake(this);
        this.epoch = new RelayEpoch(storage);
        this.clockOffsetMillis = ReplicaMeta.number(storage, ReplicaMeta.CLOCK_OFFSET);
        this.firstUnjudgedSeq = log.firstPendingSeq().orElse(head.seq() + 1);
        this.pendingCount = log.count(PENDING);
        this.errorCount = log.count(ERRORS);
        this.gapsThroughSeq = head.seq();
        observeOwnStamps();
    }

    /** Calls back after each change with the records that changed, on the owning thread. */
    public void listen(Consumer<List<RecordChange>> newListener) {
        listener = newListener;
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

    /** Own commits that are not in the base yet. */
    public long pendingCount() {
        return pendingCount;
    }

    /** Own commits that were rejected, and neither retried nor discarded. */
    public long errorCount() {
        return errorCount;
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
        return firstUnjudgedSeq;
    }

    /** The seq of the last own commit, 0 before the first. */
    public long lastSeq() {
        return head.seq();
    }

    /** Whether no own commit up to {@code seq} is pending any more. */
    public boolean isConfirmedThrough(long seq) {
        return pendingCount == 0 || log.firstPendingSeq().orElse(Long.MAX_VALUE) > seq;
    }

    /** Signed commits to send, from {@code firstSeq} on; null if there are none. */
    public @Nullable SignedCommits batchFrom(long firstSeq) {
        return log.batchFrom(firstSeq, signer);
    }

    /** The sync errors, oldest first, at most {@code countMax}. */
    public List<SyncError> errors(int countMax) {
        return log.list(ERRORS, 0, countMax).stream().map(ReplicaState::error).toList();
    }

    /** The pending commits from {@code firstSeq} on, at most {@code countMax}. */
    public List<Commit> pending(long firstSeq, int countMax) {
        return log.list(PENDING, firstSeq, countMax).stream()
                .map(row -> Commit.decode(row.getBody().toByteArray()))
                .toList();
    }

    /** Learns how far this device's clock is off the relay's; small differences are left alone. */
    public void observeRelayClock(long relayMillis) {
        long offset = relayMillis - wallMillis.getAsLong();
        if (Math.abs(offset - clockOffsetMillis) > CLOCK_OFFSET_IGNORED_MILLIS) {
            WriteBatch batch = new WriteBatch();
            batch.put(META, ReplicaMeta.CLOCK_OFFSET, ReplicaFamilies.number(offset));
            storage.write(batch, Durability.BUFFERED);
            clockOffsetMillis = offset;
        }
    }

    /**
     * Takes verdicts. Those already taken are ignored.
     *
     * @throws MalformedMessageException if they leave a gap or speak of commits never made; nothing was changed
     */
    public void judge(Verdicts verdicts) {
        BaseUpdate update = new BaseUpdate(this);
        VerdictIntake intake = new VerdictIntake(this, update.batch());
        intake.take(verdicts);
        JudgedRuns.Passed passed = accepted.plus(intake.accepted()).passedBy(appliedPosition());
        pages.forget(update, passed.seqs());
        update.finish();
        storage.write(update.batch(), Durability.BUFFERED);
        update.written();
        firstUnjudgedSeq = unjudgedFrom(intake.firstUnjudgedSeq());
        pendingCount -= intake.rejectedCount();
        errorCount += intake.rejectedCount();
        confirmed(passed, update);
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

    /**
     * Whether the base may have what comes after the cursor: a reconciliation has set the cursor back, and no consistent page has come
     * since. Should the relay be set back once more meanwhile, the cursor alone would not tell that there is something to offer.
     */
    public boolean isAheadOfCursor() {
        return pages.isAhead();
    }

    /** For reconciliation. */
    public Repairs repairs() {
        return new Repairs(this);
    }

    /**
     * A reconciliation has ended: this device is in the relay's epoch from now on, and goes on from where the relay says. All that is
     * pending is judged again; what had a verdict gets it again, or a new one. Durable on return.
     *
     * @param ahead whether the base may have what comes after the place where it goes on
     */
    public void resume(ByteString relayEpoch, Resumption resumption, boolean ahead) {
        WriteBatch batch = new WriteBatch();
        pages.resume(batch, resumption, ahead);
        epoch.put(batch, relayEpoch);
        storage.write(batch, Durability.SYNC);
        epoch.written(relayEpoch);
        pages.resumed(ahead);
        accepted = JudgedRuns.NONE;
        gapsThroughSeq = head.seq();
        firstUnjudgedSeq = unjudgedFrom(1);
    }

    /**
     * Discards a sync error: what it wrote goes from the view.
     *
     * @return false if there is no such error
     */
    public boolean discard(long seq) {
        Optional<PendingCommit> row = log.find(ERRORS, seq);
        row.ifPresent(found -> {
            BaseUpdate update = new BaseUpdate(this);
            update.forget(ERRORS, found.getBody());
            update.finish();
            storage.write(update.batch(), Durability.SYNC);
            update.written();
            errorCount--;
            changed(update.slots());
        });
        return row.isPresent();
    }

    /**
     * Makes a new commit of a sync error's content, which supersedes it.
     *
     * @return the new commit's seq, 0 if there is no such error
     */
    public long retry(long seq) {
        Optional<PendingCommit> row = log.find(ERRORS, seq);
        if (row.isEmpty()) {
            return 0;
        }
        Commit commit = Commit.decode(row.get().getBody().toByteArray());
        CommitGroup group = newGroup();
        long newSeq = group.add(builder -> commit.deltas().forEach(builder::repeat));
        // The old commit's dots are superseded by the new one's, so it may go in the same batch.
        CommitOutline outline = CommitOutline.of(row.get().getBody());
        log.delete(group.batch(), ERRORS, outline);
        group.write();
        log.removed(outline);
        errorCount--;
        return newSeq;
    }

    Storage storage() {
        return storage;
    }

    PendingLog log() {
        return log;
    }

    HybridClock clock() {
        return clock;
    }

    UnaryOperator<byte[]> signer() {
        return signer;
    }

    ChainHead head() {
        return head;
    }

    long generation() {
        return generation;
    }

    long dotFloor(byte[] recordKey) {
        return ReplicaMeta.number(storage, ReplicaMeta.floorKey(recordKey));
    }

    void committed(ChainHead newHead, int count, RecordSlots slots) {
        head = newHead;
        pendingCount += count;
        changed(slots);
    }

    JudgedRuns.Passed acceptedPassedBy(Position position) {
        return accepted.passedBy(position);
    }

    void confirmed(JudgedRuns.Passed passed, BaseUpdate update) {
        accepted = passed.rest();
        pendingCount -= update.forgottenCount();
        changed(update.slots());
    }

    void repaired(BaseUpdate update) {
        changed(update.slots());
    }

    private long unjudgedFrom(long seq) {
        return seq > gapsThroughSeq ? seq : Math.min(log.nextPending(seq), head.seq() + 1);
    }

    private void changed(RecordSlots slots) {
        generation++;
        listener.accept(slots.changes());
    }

    private void observeOwnStamps() {
        log.list(PENDING, head.seq(), 1)
                .forEach(row ->
                        clock.observe(Commit.decode(row.getBody().toByteArray()).stamp()));
    }

    private static SyncError error(PendingCommit row) {
        Commit commit = Commit.decode(row.getBody().toByteArray());
        return new SyncError(commit.seq(), commit, row.getRejection());
    }
}
