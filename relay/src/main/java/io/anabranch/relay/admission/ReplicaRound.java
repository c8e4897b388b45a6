package io.anabranch.relay.admission;

import io.anabranch.proto.Revocation;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.ReplicaHead;
import io.anabranch.relay.store.VerdictRun;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One replica's history in a round: its verdicts so far, those in the store and then those of the round. */
final class ReplicaRound {

    private final RelayView view;
    private final ReplicaHead before;
    private ReplicaHead head;
    private @Nullable Revocation revocation;
    private final List<VerdictRun> runs = new ArrayList<>();

    /** @param revocation null if the replica was not revoked */
    ReplicaRound(RelayView view, long replica, @Nullable Revocation revocation) {
        this.view = view;
        this.revocation = revocation;
        this.before = view.replicaHead(replica);
        this.head = before;
    }

    ReplicaHead head() {
        return head;
    }

    @Nullable
    Revocation revocation() {
        return revocation;
    }

    void revoke(Revocation made) {
        revocation = made;
    }

    boolean isRevoked(long seq) {
        return revocation != null && seq >= revocation.getFromSeq();
    }

    /** The first of its commits that count for nothing, 0 if the replica was not revoked. */
    long revokedFromSeq() {
        return revocation == null ? 0 : revocation.getFromSeq();
    }

    List<VerdictRun> runs() {
        return runs;
    }

    /**
     * Checks that the batch goes on from the head, or from before it.
     *
     * @param forgiven up to this one commits may be left out: then the head moves up to the batch
     */
    void requireContinuedBy(VerifiedCommits commits, long forgiven) {
        if (commits.firstSeq() > head.nextSeq()) {
            if (commits.firstSeq() > forgiven + 1) {
                throw new GapException();
            }
            head = new ReplicaHead(head.replica(), commits.firstSeq(), commits.linkBefore(commits.firstSeq()));
        }
        // A batch that ends before the head has been judged, and its links are no longer known.
        if (commits.endSeq() >= head.nextSeq() && !Arrays.equals(commits.linkBefore(head.nextSeq()), head.link())) {
            throw new ForkedHistoryException();
        }
    }

    void judged(VerdictRun.Verdict verdict, byte[] link) {
        add(runs, new VerdictRun(head.replica(), head.nextSeq(), 1, verdict));
        head = new ReplicaHead(head.replica(), head.nextSeq() + 1, link);
    }

    /** The verdicts from one sequence number to before another, which is not after the head. */
    List<VerdictRun> verdicts(long fromSeq, long endSeq) {
        List<VerdictRun> verdicts = new ArrayList<>();
        long storedEnd = Math.min(endSeq, before.nextSeq());
        if (fromSeq < storedEnd) {
            view.verdicts(head.replica(), fromSeq, storedEnd, Integer.MAX_VALUE).forEach(run -> add(verdicts, run));
        }
        for (VerdictRun run : runs) {
            if (run.endSeq() > fromSeq && run.firstSeq() < endSeq) {
                add(verdicts, run.part(Math.max(fromSeq, run.firstSeq()), Math.min(endSeq, run.endSeq())));
            }
        }
        return verdicts;
    }

    private static void add(List<VerdictRun> runs, VerdictRun run) {
        int last = runs.size() - 1;
        if (last >= 0 && runs.get(last).continuesWith(run)) {
            VerdictRun first = runs.get(last);
            runs.set(
                    last,
                    new VerdictRun(first.replica(), first.firstSeq(), first.count() + run.count(), first.verdict()));
        } else {
            runs.add(run);
        }
    }
}
