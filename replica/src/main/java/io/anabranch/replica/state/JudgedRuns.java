package io.anabranch.replica.state;

import io.anabranch.crdt.Position;
import java.util.ArrayList;
import java.util.List;

/**
 * The accepted commits that wait for the base to pass their position: runs of consecutive ones. In memory only; after a restart
 * the relay repeats its verdicts, and so it does after it has begun a new epoch: a verdict is forgotten if the relay that gave it may
 * have lost it. So those that are here are of the relay's present order, in which sequences alone tell what comes first. Immutable.
 *
 * @param runs in any order
 */
record JudgedRuns(List<Run> runs) {

    static final JudgedRuns NONE = new JudgedRuns(List.of());

    JudgedRuns {
        runs = List.copyOf(runs);
    }

    /** Commits from {@code firstSeq}, the first at {@code first}, each at the sequence after the one before. */
    record Run(long firstSeq, long count, Position first) {

        /** How many of them have been passed. Sequences go on from one epoch to the next. */
        private long passedBy(Position reached) {
            if (first.epoch() > reached.epoch()) {
                return 0;
            }
            return Math.max(0, Math.min(count, reached.sequence() - first.sequence() + 1));
        }

        boolean isPassedBy(Position reached) {
            return passedBy(reached) == count;
        }

        Run from(long seq) {
            long skipped = seq - firstSeq;
            return new Run(seq, count - skipped, new Position(first.epoch(), first.sequence() + skipped));
        }
    }

    /** The seqs whose position has been reached, and the runs that go on waiting. */
    record Passed(List<Long> seqs, JudgedRuns rest) {}

    Passed passedBy(Position reached) {
        List<Long> seqs = new ArrayList<>();
        List<Run> rest = new ArrayList<>();
        for (Run run : runs) {
            long passed = run.passedBy(reached);
            for (long i = 0; i < passed; i++) {
                seqs.add(run.firstSeq() + i);
            }
            if (passed < run.count()) {
                rest.add(run.from(run.firstSeq() + passed));
            }
        }
        return new Passed(seqs, new JudgedRuns(rest));
    }

    JudgedRuns plus(List<Run> more) {
        List<Run> all = new ArrayList<>(runs);
        all.addAll(more);
        return new JudgedRuns(all);
    }
}
