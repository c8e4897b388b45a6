package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.ERRORS;

import io.anabranch.proto.ErrorReport;
import io.anabranch.proto.KeptError;
import io.anabranch.proto.PendingCommit;
import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.WriteBatch;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The sync errors of a {@link ReplicaState}: own commits that the relay has rejected. Each stays in the view until the person discards it,
 * or retries it as a new commit. The relay is told which they are, and what the person has to say about them: what is discarded here must
 * not come into effect there because an administrator has it judged again. For the thread that owns the state.
 */
public final class ErrorLog {

    /** Most that one report names; of later ones it says nothing. */
    static final int REPORTED_MAX = 10_000;

    private final ReplicaState state;
    private long count;
    private long version;

    ErrorLog(ReplicaState state) {
        this.state = state;
        this.count = state.log().count(ERRORS);
    }

    /** How many there are. */
    public long count() {
        return count;
    }

    /** The lowest seq of one, 0 if there is none. */
    public long firstSeq() {
        return count == 0 ? 0 : list(1).get(0).seq();
    }

    /** The oldest of them, at most {@code countMax}, oldest first. */
    public List<SyncError> list(int countMax) {
        return state.log().list(ERRORS, 0, countMax).stream()
                .map(ErrorLog::error)
                .toList();
    }

    /** Another number whenever the person has done something about one. */
    public long version() {
        return version;
    }

    /** What to tell the relay. Reads them all. */
    public ErrorReport report() {
        ErrorReport.Builder report = ErrorReport.newBuilder().setEndSeq(state.firstUnjudgedSeq());
        List<PendingCommit> rows = count == 0 ? List.of() : state.log().list(ERRORS, 0, REPORTED_MAX + 1);
        for (PendingCommit row : rows) {
            long seq = CommitOutline.of(row.getBody()).id().seq();
            if (report.getKeptCount() == REPORTED_MAX) {
                return report.setEndSeq(Math.min(seq, report.getEndSeq())).build();
            }
            report.addKept(KeptError.newBuilder().setSeq(seq).setNote(row.getNote()));
        }
        return report.build();
    }

    /**
     * Discards a sync error: what it wrote goes from the view. Durable on return.
     *
     * @return false if there is no such error
     */
    public boolean discard(long seq) {
        Optional<PendingCommit> row = state.log().find(ERRORS, seq);
        row.ifPresent(found -> {
            BaseUpdate update = new BaseUpdate(state);
            update.forget(ERRORS, CommitOutline.of(found.getBody()));
            update.finish();
            state.storage().write(update.batch(), Durability.SYNC);
            update.written();
            count--;
            version++;
            state.changed(update.slots());
        });
        return row.isPresent();
    }

    /**
     * Keeps with a sync error what the person has to say about it, for whoever can help. Durable on return.
     *
     * @return false if there is no such error
     */
    public boolean note(long seq, String text) {
        Optional<PendingCommit> row = state.log().find(ERRORS, seq);
        row.ifPresent(found -> {
            WriteBatch batch = new WriteBatch();
            byte[] key = ReplicaFamilies.commitKey(state.replica(), seq);
            batch.put(ERRORS, key, found.toBuilder().setNote(text).build().toByteArray());
            state.storage().write(batch, Durability.SYNC);
            version++;
        });
        return row.isPresent();
    }

    /** Makes a new commit of a sync error's content as it is; see the other method. */
    public long retry(long seq) {
        return retry(seq, Set.of(), builder -> {});
    }

    /**
     * Makes a new commit of a sync error's content, which supersedes it. Durable on return.
     *
     * @param without fields to leave as they are without the error
     * @param edits changes on top, of the same records or others; what it throws is passed on and nothing is changed
     * @return the new commit's seq, 0 if there is no such error or nothing is left to save; then nothing is changed
     */
    public long retry(long seq, Set<String> without, Consumer<CommitBuilder> edits) {
        Optional<PendingCommit> row = state.log().find(ERRORS, seq);
        if (row.isEmpty()) {
            return 0;
        }
        long newSeq = new Retry(state, row.get()).write(without, edits);
        if (newSeq != 0) {
            count--;
            version++;
        }
        return newSeq;
    }

    /** Some were added by a verdict, or taken out. */
    void added(long countAdded) {
        count += countAdded;
    }

    private static SyncError error(PendingCommit row) {
        Commit commit = PendingLog.commit(row);
        return new SyncError(commit.seq(), commit, row.getRejection(), row.getNote());
    }
}
