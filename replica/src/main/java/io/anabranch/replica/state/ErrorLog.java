package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.ERRORS;

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
 * or retries it as a new commit. For the thread that owns the state.
 */
public final class ErrorLog {

    private final ReplicaState state;
    private long count;

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
        count -= newSeq == 0 ? 0 : 1;
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
