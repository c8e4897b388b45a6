package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.META;
import static io.anabranch.replica.state.ReplicaFamilies.PENDING;

import io.anabranch.crdt.Position;
import io.anabranch.proto.Verdicts;
import io.anabranch.replica.storage.Durability;

/** The own commits that are not in the base yet: how many they are, what the relay has said of them, and where the chain goes on. */
final class Outbox {

    private final ReplicaState state;
    private ChainHead head;
    private JudgedRuns accepted = JudgedRuns.NONE;
    private long firstUnjudgedSeq;
    /** Up to here commits that have a verdict may stand between those that have none, after a reconciliation. */
    private long gapsThroughSeq;

    private long pendingCount;

    Outbox(ReplicaState state) {
        this.state = state;
        this.head = ChainHead.decode(state.storage().get(META, ReplicaMeta.HEAD));
        this.firstUnjudgedSeq = state.log().firstPendingSeq().orElse(head.seq() + 1);
        this.pendingCount = state.log().count(PENDING);
        this.gapsThroughSeq = head.seq();
    }

    /** The last own commit. */
    ChainHead head() {
        return head;
    }

    /** Those that are not in the base yet, but for those that the device made about itself. */
    long pendingCount() {
        return pendingCount - state.log().countOwnMaking(0);
    }

    /** Those of them that have no verdict yet. */
    long unjudgedCount() {
        long unjudged = head.seq() + 1 - firstUnjudgedSeq - state.log().countOwnMaking(firstUnjudgedSeq);
        return Math.min(unjudged, pendingCount());
    }

    /** The lowest seq that has no verdict; one after the last if all have. */
    long firstUnjudgedSeq() {
        return firstUnjudgedSeq;
    }

    boolean isConfirmedThrough(long seq) {
        return pendingCount == 0 || state.log().firstPendingSeq().orElse(Long.MAX_VALUE) > seq;
    }

    /** Whether all up to {@code seq} are judged, and those accepted passed by a position. */
    boolean isJudgedThrough(long seq, Position reached) {
        return firstUnjudgedSeq > seq
                && accepted.passedBy(reached).rest().runs().stream().noneMatch(run -> run.firstSeq() <= seq);
    }

    /** What a state that has reached a position need not keep any more. */
    JudgedRuns.Passed acceptedPassedBy(Position position) {
        return accepted.passedBy(position);
    }

    /** Takes verdicts; see {@link ReplicaState#judge}. */
    void judge(Verdicts verdicts, PageIntake pages) {
        BaseUpdate update = new BaseUpdate(state);
        VerdictIntake intake = new VerdictIntake(state, update);
        intake.take(verdicts);
        JudgedRuns.Passed passed = accepted.plus(intake.accepted()).passedBy(pages.appliedPosition());
        pages.forget(update, passed.seqs());
        update.finish();
        state.storage().write(update.batch(), Durability.BUFFERED);
        update.written();
        firstUnjudgedSeq = unjudgedFrom(intake.firstUnjudgedSeq());
        pendingCount += intake.revisedCount() - intake.rejectedCount();
        state.errors().added(intake.rejectedCount() - intake.revisedCount());
        state.confirmed(passed, update);
    }

    /** New commits are stored. */
    void committed(ChainHead newHead, int count) {
        head = newHead;
        pendingCount += count;
    }

    /** Some are in the base and forgotten. */
    void confirmed(JudgedRuns.Passed passed, int forgottenCount) {
        accepted = passed.rest();
        pendingCount -= forgottenCount;
    }

    /** All that is pending is judged again. */
    void judgeAgain() {
        accepted = JudgedRuns.NONE;
        gapsThroughSeq = head.seq();
        firstUnjudgedSeq = unjudgedFrom(1);
    }

    private long unjudgedFrom(long seq) {
        return seq > gapsThroughSeq ? seq : Math.min(state.log().nextPending(seq), head.seq() + 1);
    }
}
