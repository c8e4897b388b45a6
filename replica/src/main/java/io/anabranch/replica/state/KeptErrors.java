package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.ERRORS;

import io.anabranch.proto.ErrorReport;
import io.anabranch.proto.KeptError;
import io.anabranch.proto.PendingCommit;
import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.WriteBatch;
import java.util.List;
import java.util.Optional;

/**
 * The sync errors that the user has not dealt with. The relay is told which they are, and what the user has to say about them: what is
 * discarded here must not come into effect there because an administrator has it judged again. For the replica's thread.
 */
public final class KeptErrors {

    /** Most that one report names; of later ones it says nothing. */
    static final int REPORTED_MAX = 10_000;

    private final ReplicaState state;
    private long version;

    KeptErrors(ReplicaState state) {
        this.state = state;
    }

    /** Another number whenever the user has done something about one. */
    public long version() {
        return version;
    }

    /** What to tell the relay. Reads them all. */
    public ErrorReport report() {
        ErrorReport.Builder report = ErrorReport.newBuilder().setEndSeq(state.firstUnjudgedSeq());
        List<PendingCommit> rows =
                state.errorCount() == 0 ? List.of() : state.log().list(ERRORS, 0, REPORTED_MAX + 1);
        for (PendingCommit row : rows) {
            long seq = CommitOutline.of(row.getBody()).id().seq();
            if (report.getKeptCount() == REPORTED_MAX) {
                return report.setEndSeq(Math.min(seq, report.getEndSeq())).build();
            }
            report.addKept(KeptError.newBuilder().setSeq(seq).setNote(row.getNote()));
        }
        return report.build();
    }

    void changed() {
        version++;
    }

    boolean discard(long seq) {
        Optional<PendingCommit> row = state.log().find(ERRORS, seq);
        row.ifPresent(found -> {
            BaseUpdate update = new BaseUpdate(state);
            update.forget(ERRORS, CommitOutline.of(found.getBody()));
            update.finish();
            state.storage().write(update.batch(), Durability.SYNC);
            update.written();
            changed();
            state.discarded(update.slots());
        });
        return row.isPresent();
    }

    boolean note(long seq, String text) {
        Optional<PendingCommit> row = state.log().find(ERRORS, seq);
        row.ifPresent(found -> {
            WriteBatch batch = new WriteBatch();
            batch.put(
                    ERRORS,
                    ReplicaFamilies.commitKey(state.replica(), seq),
                    found.toBuilder().setNote(text).build().toByteArray());
            state.storage().write(batch, Durability.SYNC);
            changed();
        });
        return row.isPresent();
    }
}
