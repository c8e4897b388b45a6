package io.anabranch.replica.state;

import io.anabranch.crdt.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What a device carries of one other replica: which of its commits, and what the relay has said of them. */
final class CarriedAuthor {

    private final long replica;
    /** Consecutive ones, by the first: the last. What is between was judged, or has not come yet. */
    private final NavigableMap<Long, Long> segments = new TreeMap<>();

    private JudgedRuns accepted = JudgedRuns.NONE;
    private long firstUnjudgedSeq = 1;

    CarriedAuthor(long replica) {
        this.replica = replica;
    }

    boolean isEmpty() {
        return segments.isEmpty();
    }

    int segmentCount() {
        return segments.size();
    }

    boolean holds(long seq) {
        Map.Entry<Long, Long> segment = segments.floorEntry(seq);
        return segment != null && segment.getValue() >= seq;
    }

    void add(long seq) {
        if (holds(seq)) {
            return;
        }
        Map.Entry<Long, Long> before = segments.floorEntry(seq);
        Long end = segments.remove(seq + 1);
        long last = end == null ? seq : end;
        if (before != null && before.getValue() == seq - 1) {
            segments.put(before.getKey(), last);
        } else {
            segments.put(seq, last);
        }
    }

    void remove(long seq) {
        Map.Entry<Long, Long> segment = segments.floorEntry(seq);
        if (segment == null || segment.getValue() < seq) {
            return;
        }
        segments.remove(segment.getKey());
        if (segment.getKey() < seq) {
            segments.put(segment.getKey(), seq - 1);
        }
        if (segment.getValue() > seq) {
            segments.put(seq + 1, segment.getValue());
        }
    }

    /** Those from a number on. */
    List<CommitRun> runsFrom(long seq) {
        List<CommitRun> runs = new ArrayList<>();
        segments.forEach((first, last) -> {
            if (last >= seq) {
                runs.add(new CommitRun(replica, Math.max(first, seq), last));
            }
        });
        return runs;
    }

    /** Those of a range. */
    List<Long> heldBetween(long firstSeq, long endSeq) {
        List<Long> held = new ArrayList<>();
        for (CommitRun run : runsFrom(firstSeq)) {
            for (long seq = run.firstSeq(); seq <= run.lastSeq() && seq < endSeq; seq++) {
                held.add(seq);
            }
        }
        return held;
    }

    long firstUnjudgedSeq() {
        return firstUnjudgedSeq;
    }

    void judgedBefore(long seq) {
        firstUnjudgedSeq = Math.max(firstUnjudgedSeq, seq);
    }

    /** Those that are held of a run were accepted. */
    void accepted(JudgedRuns.Run run) {
        List<JudgedRuns.Run> held = new ArrayList<>();
        long endSeq = run.firstSeq() + run.count();
        for (CommitRun segment : runsFrom(run.firstSeq())) {
            long last = Math.min(segment.lastSeq(), endSeq - 1);
            if (segment.firstSeq() <= last) {
                JudgedRuns.Run from = run.from(segment.firstSeq());
                held.add(new JudgedRuns.Run(from.firstSeq(), last - from.firstSeq() + 1, from.first()));
            }
        }
        accepted = accepted.plus(held);
    }

    List<Long> passedBy(Position position) {
        return accepted.runs().isEmpty()
                ? List.of()
                : accepted.passedBy(position).seqs();
    }

    void passed(Position position) {
        JudgedRuns.Passed passed = accepted.passedBy(position);
        accepted = passed.rest();
        passed.seqs().forEach(this::remove);
    }

    void judgeAgain() {
        accepted = JudgedRuns.NONE;
        firstUnjudgedSeq = 1;
    }
}
