package io.anabranch.replica.session;

import io.anabranch.proto.CarriedAsk;
import io.anabranch.proto.CarriedRun;
import io.anabranch.proto.CarriedState;
import io.anabranch.replica.commit.CommitId;
import io.anabranch.replica.commit.SignedCommits;
import io.anabranch.replica.state.Carried;
import io.anabranch.replica.state.CommitRun;
import io.anabranch.replica.wire.MalformedMessageException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How far one upload has come with the commits that the device carries for others. */
final class CarriedUpload {

    /** So often the relay is given a commit again that came before what it rests on. */
    static final int EARLY_MAX = 8;

    private static final int RUNS_PER_ASK_MAX = 1_000;

    private final Carried carried;
    private final Map<Long, Progress> authors = new HashMap<>();

    /** Of one author. */
    private static final class Progress {
        /** What is to be sent next; 0 until the relay has said. */
        private long nextSeq;
        /** What is here of it rests on what is not at the relay, or is missing what comes before: not on this connection. */
        private boolean parked;
        /** What the relay has to be given before; null if it has said nothing of the kind. */
        private @Nullable CommitId waitsFor;
        /** The last one that was early, and how often. */
        private long earlySeq;

        private int earlyCount;
    }

    CarriedUpload(Carried carried) {
        this.carried = carried;
    }

    void open() {
        authors.clear();
    }

    /** Whether all that can be sent on this connection is sent and judged. */
    boolean isDone() {
        return carried.runs().stream().allMatch(run -> {
            Progress progress = authors.get(run.replica());
            return progress != null && progress.parked;
        });
    }

    /** Asks of those of which the relay was not asked yet; null if there are none. */
    @Nullable
    CarriedAsk ask() {
        CarriedAsk.Builder ask = CarriedAsk.newBuilder();
        for (CommitRun run : carried.runs()) {
            if (!authors.containsKey(run.replica()) && ask.getRunsCount() < RUNS_PER_ASK_MAX) {
                authors.put(run.replica(), new Progress());
                ask.addRuns(CarriedRun.newBuilder().setReplica(run.replica()).setFirstSeq(run.firstSeq()));
            }
        }
        return ask.getRunsCount() == 0 ? null : ask.build();
    }

    void state(CarriedState state) {
        Progress progress = authors.get(state.getReplica());
        if (progress == null) {
            throw new MalformedMessageException("the relay speaks of a replica that it was not asked of");
        } else if (state.getRefused()) {
            progress.parked = true;
            carried.refuse(state.getReplica());
            return;
        }
        carried.judge(state.getReplica(), state.getVerdicts());
        progress.nextSeq = Math.max(progress.nextSeq, state.getNextSeq());
    }

    /** A commit of another replica was not judged since it rests on one that may be here. */
    void early(CommitId commit, CommitId restsOn, boolean isHere) {
        Progress progress = authors.get(commit.replica());
        if (progress != null) {
            progress.earlyCount = commit.seq() == progress.earlySeq ? progress.earlyCount + 1 : 1;
            progress.earlySeq = commit.seq();
            progress.parked |= !isHere || isParked(restsOn.replica()) || progress.earlyCount > EARLY_MAX;
            progress.nextSeq = commit.seq();
            progress.waitsFor = restsOn;
        }
    }

    /** Whether what is here of a replica cannot be sent on this connection. */
    boolean isParked(long replica) {
        Progress progress = authors.get(replica);
        return progress != null && progress.parked;
    }

    /** What is left cannot be sent on this connection. */
    void giveUp() {
        authors.values().forEach(progress -> progress.parked = true);
    }

    /** Whether the relay has a commit, or is given it before what is sent now, or cannot be given it from here. */
    boolean isSent(CommitId id) {
        if (!carried.isUnjudged(id)) {
            return true;
        }
        Progress progress = authors.get(id.replica());
        return progress != null && (progress.parked || (progress.nextSeq > id.seq()));
    }

    /** Whether the relay is yet to say where it stands with some. */
    boolean isAsking() {
        return authors.values().stream().anyMatch(progress -> !progress.parked && progress.nextSeq == 0);
    }

    /** The next commits, as few or as many as a choice takes; null if it takes none of any author. */
    @Nullable
    SignedCommits next(Uploader.Choice choice) {
        for (Map.Entry<Long, Progress> author : authors.entrySet()) {
            Progress progress = author.getValue();
            long replica = author.getKey();
            CommitId awaited = progress.waitsFor;
            if (progress.parked || progress.nextSeq == 0 || (awaited != null && !choice.isSent(awaited))) {
                continue;
            }
            SignedCommits batch = carried.batchFrom(replica, progress.nextSeq);
            if (batch == null) {
                continue;
            } else if (batch.firstSeq() > progress.nextSeq) {
                // Commits between are missing here: somebody else has them.
                progress.parked = true;
                continue;
            }
            SignedCommits chosen = choice.of(batch, () -> carried.groupFrom(replica, batch.firstSeq()));
            if (chosen != null) {
                progress.nextSeq = chosen.endSeq();
                progress.waitsFor = null;
                return chosen;
            }
        }
        return null;
    }
}
