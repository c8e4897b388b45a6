package io.anabranch.replica.peer;

import com.google.protobuf.ByteString;
import io.anabranch.proto.PeerRun;
import io.anabranch.proto.PeerTable;
import io.anabranch.replica.commit.CommitChain;
import io.anabranch.replica.commit.CommitId;
import io.anabranch.replica.state.CommitRun;
import io.anabranch.replica.state.ReplicaState;
import io.anabranch.replica.wire.MalformedMessageException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Which commits a side has that the relay has not judged as far as it knows. */
final class PeerTables {

    static final int RUNS_MAX = 16_384;
    private static final int RUNS_PER_MESSAGE_MAX = 1_000;

    private PeerTables() {}

    /** The table of a state, by replica and number. */
    static List<PeerRun> of(ReplicaState state) {
        List<PeerRun> runs = new ArrayList<>();
        long firstSeq = state.firstUnjudgedSeq();
        if (firstSeq <= state.lastSeq()) {
            CommitRun own = new CommitRun(state.replica(), firstSeq, state.lastSeq());
            runs.add(message(own, state.lastLink()));
        }
        for (CommitRun run : state.carried().runs()) {
            byte[] link = state.carried().link(new CommitId(run.replica(), run.lastSeq()));
            if (link != null && runs.size() < RUNS_MAX) {
                runs.add(message(run, link));
            }
        }
        runs.sort(Comparator.comparingLong(PeerRun::getReplica).thenComparingLong(PeerRun::getFirstSeq));
        return runs;
    }

    private static PeerRun message(CommitRun run, byte[] link) {
        return PeerRun.newBuilder()
                .setReplica(run.replica())
                .setFirstSeq(run.firstSeq())
                .setLastSeq(run.lastSeq())
                .setLink(ByteString.copyFrom(link))
                .build();
    }

    static ByteString digest(List<PeerRun> runs) {
        byte[] bytes = PeerTable.newBuilder().addAllRuns(runs).build().toByteArray();
        return ByteString.copyFrom(CommitChain.hash(bytes));
    }

    /** A table as messages, at least one. */
    static List<PeerTable> messages(List<PeerRun> runs) {
        List<PeerTable> messages = new ArrayList<>();
        int from = 0;
        do {
            int end = Math.min(runs.size(), from + RUNS_PER_MESSAGE_MAX);
            messages.add(PeerTable.newBuilder()
                    .addAllRuns(runs.subList(from, end))
                    .setMore(end < runs.size())
                    .build());
            from = end;
        } while (from < runs.size());
        return messages;
    }

    static void requireWellFormed(PeerTable message) {
        if (message.getRunsCount() > RUNS_PER_MESSAGE_MAX) {
            throw new MalformedMessageException("a table has too many runs");
        }
        for (PeerRun run : message.getRunsList()) {
            if (run.getFirstSeq() < 1
                    || run.getLastSeq() < run.getFirstSeq()
                    || run.getLastSeq() > Long.MAX_VALUE / 2
                    || run.getLink().size() != CommitChain.LINK_SIZE) {
                throw new MalformedMessageException("a run of commits is out of range");
            }
        }
    }

    /**
     * What the other side lacks of what is here. Of a replica of which it has later ones, what was before those was judged; and its own it
     * has.
     */
    static List<CommitRun> lacking(List<PeerRun> here, List<PeerRun> there, long other) {
        List<CommitRun> lacking = new ArrayList<>();
        for (PeerRun run : here) {
            if (run.getReplica() == other) {
                continue;
            }
            long fromSeq = run.getFirstSeq();
            for (PeerRun theirs : there) {
                if (theirs.getReplica() == run.getReplica()) {
                    fromSeq = Math.max(
                            fromSeq,
                            theirs.getFirstSeq() > fromSeq && theirs.getLastSeq() < fromSeq
                                    ? fromSeq
                                    : theirs.getLastSeq() + 1);
                }
            }
            if (fromSeq <= run.getLastSeq()) {
                lacking.add(new CommitRun(run.getReplica(), fromSeq, run.getLastSeq()));
            }
        }
        return lacking;
    }
}
