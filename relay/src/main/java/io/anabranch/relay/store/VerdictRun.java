package io.anabranch.relay.store;

import io.anabranch.crdt.Position;
import io.anabranch.proto.Rejection;

/**
 * One answer to consecutive commits of a replica.
 *
 * @param replica the author
 * @param firstSeq the sequence number of the first, from 1
 * @param count how many, at least 1
 * @param verdict the answer
 */
public record VerdictRun(long replica, long firstSeq, long count, Verdict verdict) {

    /** What the relay said. */
    public sealed interface Verdict permits Accepted, Rejected {}

    /**
     * Accepted.
     *
     * @param first the position of the first commit of the run; those that follow have the sequences that follow
     */
    public record Accepted(Position first) implements Verdict {}

    /**
     * Rejected.
     *
     * @param rejection why, and what to do
     */
    public record Rejected(Rejection rejection) implements Verdict {}

    /** Checks the ranges. */
    public VerdictRun {
        if (firstSeq < 1 || count < 1) {
            throw new IllegalArgumentException("a run of verdicts is out of range: " + firstSeq + ", " + count);
        }
    }

    /** The sequence number after the last of the run. */
    public long endSeq() {
        return firstSeq + count;
    }

    /** The part of this run from {@code fromSeq} to before {@code endSeq}, which must be in it. */
    public VerdictRun part(long fromSeq, long endSeq) {
        long skipped = fromSeq - firstSeq;
        if (skipped == 0 && endSeq == endSeq()) {
            return this;
        }
        Verdict of = verdict instanceof Accepted accepted
                ? new Accepted(new Position(accepted.first.epoch(), accepted.first.sequence() + skipped))
                : verdict;
        return new VerdictRun(replica, fromSeq, endSeq - fromSeq, of);
    }

    /** Whether the other run's commits and positions follow on this one's, so that both are one run. */
    public boolean continuesWith(VerdictRun next) {
        return next.replica == replica
                && next.firstSeq == endSeq()
                && verdict instanceof Accepted mine
                && next.verdict instanceof Accepted theirs
                && mine.first.epoch() == theirs.first.epoch()
                && mine.first.sequence() + count == theirs.first.sequence();
    }
}
