package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.ERRORS;
import static io.anabranch.replica.state.ReplicaFamilies.PENDING;

import io.anabranch.crdt.Position;
import io.anabranch.proto.PendingCommit;
import io.anabranch.proto.VerdictRun;
import io.anabranch.proto.Verdicts;
import io.anabranch.replica.storage.WriteBatch;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.Positions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a message of verdicts comes to: which commits are accepted where, and which become sync errors. A sync error that the relay
 * has judged again, because its administrator had it do so, is pending until the base has it, as any commit that is accepted, or an error
 * for the reason that the relay gives now.
 */
final class VerdictIntake {

    private final ReplicaState state;
    private final BaseUpdate update;
    private final WriteBatch batch;
    private final List<JudgedRuns.Run> accepted = new ArrayList<>();
    private long next;
    private long rejected;
    private long revised;

    VerdictIntake(ReplicaState state, BaseUpdate update) {
        this.state = state;
        this.update = update;
        this.batch = update.batch();
        this.next = state.firstUnjudgedSeq();
    }

    void take(Verdicts verdicts) {
        for (VerdictRun run : verdicts.getRunsList()) {
            long end = checkedEnd(run);
            if (state.errorCount() > 0) {
                revise(run, Math.min(end, next));
            }
            if (end <= next) {
                continue;
            }
            switch (run.getVerdictCase()) {
                case ACCEPTED -> accept(run);
                case REJECTED -> reject(run, end);
                case VERDICT_NOT_SET -> throw new MalformedMessageException("a run of verdicts has none");
            }
            next = end;
        }
    }

    List<JudgedRuns.Run> accepted() {
        return accepted;
    }

    long firstUnjudgedSeq() {
        return next;
    }

    long rejectedCount() {
        return rejected;
    }

    /** Sync errors that are none any more. */
    long revisedCount() {
        return revised;
    }

    private long checkedEnd(VerdictRun run) {
        long first = run.getFirstSeq();
        if (first < 1 || run.getCount() < 1 || run.getCount() > state.lastSeq() + 1 - first) {
            throw new MalformedMessageException("a verdict is on commits that were never made");
        } else if (first > next && state.log().nextPending(next) < first) {
            throw new MalformedMessageException("verdicts leave a gap");
        }
        return first + run.getCount();
    }

    private void accept(VerdictRun run) {
        accepted.add(judged(run).from(Math.max(next, run.getFirstSeq())));
    }

    private static JudgedRuns.Run judged(VerdictRun run) {
        Position first = Positions.of(run.getAccepted());
        if (first.sequence() < 1 || first.sequence() > Long.MAX_VALUE - run.getCount()) {
            throw new MalformedMessageException("a commit is accepted at no position");
        }
        return new JudgedRuns.Run(run.getFirstSeq(), run.getCount(), first);
    }

    private void revise(VerdictRun run, long end) {
        if (run.getFirstSeq() >= end) {
            return;
        }
        for (PendingCommit row : state.log().list(ERRORS, run.getFirstSeq(), Integer.MAX_VALUE)) {
            long seq = CommitOutline.of(row.getBody()).id().seq();
            if (seq >= end) {
                break;
            } else if (run.getVerdictCase() == VerdictRun.VerdictCase.ACCEPTED) {
                acceptAfterAll(row, seq, judged(run));
            } else if (run.hasRejected() && !row.getRejection().equals(run.getRejected())) {
                batch.put(
                        ERRORS,
                        ReplicaFamilies.commitKey(state.replica(), seq),
                        row.toBuilder().setRejection(run.getRejected()).build().toByteArray());
            }
        }
    }

    private void acceptAfterAll(PendingCommit row, long seq, JudgedRuns.Run judged) {
        JudgedRuns.Run one = new JudgedRuns.Run(seq, 1, judged.from(seq).first());
        if (one.isPassedBy(state.appliedPosition())) {
            update.forget(ERRORS, CommitOutline.of(row.getBody()));
        } else {
            byte[] key = ReplicaFamilies.commitKey(state.replica(), seq);
            batch.delete(ERRORS, key);
            batch.put(PENDING, key, row.toBuilder().clearRejection().build().toByteArray());
            state.log().pendingAgain(seq);
            accepted.add(one);
        }
        revised++;
    }

    private void reject(VerdictRun run, long end) {
        for (long seq = Math.max(next, run.getFirstSeq()); seq < end; seq++) {
            // Not pending: this verdict was taken before a restart, and is repeated because an earlier commit still
            // waits.
            Optional<PendingCommit> pending = state.log().find(PENDING, seq);
            if (pending.isEmpty()) {
                continue;
            }
            CommitOutline commit = CommitOutline.of(pending.get().getBody());
            if (commit.isOwnMaking()) {
                // Nobody could do anything about it.
                update.forget(PENDING, commit);
            } else {
                state.log().rejected(commit.id());
                PendingCommit row = pending.get().toBuilder()
                        .setRejection(run.getRejected())
                        .build();
                byte[] key = ReplicaFamilies.commitKey(state.replica(), seq);
                batch.delete(PENDING, key);
                batch.put(ERRORS, key, row.toByteArray());
                rejected++;
            }
        }
    }
}
