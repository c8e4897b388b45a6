package io.anabranch.replica;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.proto.CommitBody;
import io.anabranch.replica.grpc.SyncException;
import io.anabranch.replica.grpc.SyncRun;
import io.anabranch.replica.grpc.WireBytes;
import io.anabranch.replica.state.RecordChange;
import io.anabranch.replica.state.ReplicaFamilies;
import io.anabranch.replica.state.ReplicaState;
import io.anabranch.replica.state.Waiting;
import io.anabranch.replica.tracking.SyncTrack;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Counts what one run does. On the replica's thread. */
final class SyncTally {

    private final ReplicaState state;
    private final SyncTrack.Occasion occasion;
    private final LongSupplier wallMillis;
    private final WireBytes wire;
    private final Map<String, Long> up = new HashMap<>();
    private final Map<String, Long> down = new HashMap<>();
    private final long startedMillis;
    private final long startedNanos = System.nanoTime();
    private final long bytesUpBefore;
    private final long bytesDownBefore;
    private final long pendingBefore;
    private final long firstSeq;
    private final long receivedBefore;
    private final Waiting waitingBefore;
    private long pausedMillis;
    private long retries;
    private long sentBefore;

    SyncTally(ReplicaState state, SyncTrack.Occasion occasion, LongSupplier wallMillis, WireBytes wire) {
        this.state = state;
        this.occasion = occasion;
        this.wallMillis = wallMillis;
        this.wire = wire;
        this.startedMillis = wallMillis.getAsLong();
        this.bytesUpBefore = wire.up();
        this.bytesDownBefore = wire.down();
        this.pendingBefore = state.pendingCount();
        this.firstSeq = state.firstUnjudgedSeq();
        this.receivedBefore = state.receivedCount();
        this.waitingBefore = state.waiting();
    }

    /** What went before the connection that this counts. */
    void after(long pauses, long attempts) {
        pausedMillis = pauses;
        retries = attempts;
    }

    void sent(List<byte[]> bodies) {
        try {
            for (byte[] body : bodies) {
                CommitBody.parseFrom(body).getDeltasList().forEach(delta -> count(up, delta.getType(), 1));
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("an own commit is malformed", e);
        }
    }

    void changed(List<RecordChange> changes) {
        changes.forEach(change -> count(down, change.after().key().type(), 1));
    }

    /** Commits judged since the start, and those there were and came since. */
    ReplicaStatus.Step uploaded() {
        return new ReplicaStatus.Step(state.firstUnjudgedSeq() - firstSeq, state.lastSeq() + 1 - firstSeq);
    }

    /** Records received since the start, and about how many there were to come. */
    ReplicaStatus.Step downloaded(SyncRun run) {
        long received = state.receivedCount() - receivedBefore;
        return new ReplicaStatus.Step(received, Math.max(received, run.recordsWaiting()));
    }

    /** Records that came other than by pages. */
    void brought(Map<String, Long> records) {
        records.forEach((type, count) -> count(down, type, count));
    }

    /** Commits sent other than by the run that ends. */
    void sentBefore(long commits) {
        sentBefore += commits;
    }

    /** @param run null if it did not come to one */
    SyncReport report(SyncWay way, @Nullable SyncRun run) {
        if (way == SyncWay.NON_BLOCKING) {
            countStaged();
        }
        return new SyncReport(
                way,
                startedMillis,
                Duration.ofNanos(System.nanoTime() - startedNanos),
                sentBefore + (run == null ? 0 : run.sentCommits()),
                down.values().stream().mapToLong(Long::longValue).sum(),
                wire.up() - bytesUpBefore,
                wire.down() - bytesDownBefore,
                state.pendingCount(),
                state.errorCount(),
                run == null ? Optional.empty() : run.recovery().map(Reconciliation::of),
                run == null ? Optional.empty() : run.audit().map(Reconciliation::of));
    }

    SyncTrack track(SyncTrack.Device device, SyncReport report, @Nullable Throwable failure) {
        return new SyncTrack(
                device,
                occasion,
                new SyncTrack.Times(startedMillis, wallMillis.getAsLong(), pausedMillis, retries),
                new SyncTrack.Traffic(report.commitsUp(), up, down, report.bytesUp(), report.bytesDown()),
                outcome(report, failure));
    }

    private SyncTrack.Outcome outcome(SyncReport report, @Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        String result = "success";
        String code = "";
        if (cause instanceof SyncException known && known.code() == SyncException.Code.CANCELLED) {
            result = "cancelled";
        } else if (cause != null) {
            result = "failed";
            code = cause instanceof SyncException known
                    ? known.code().name().toLowerCase(Locale.ROOT)
                    : cause.getClass().getSimpleName();
        }
        String message = code.isEmpty() || cause == null ? "" : String.valueOf(cause.getMessage());
        return new SyncTrack.Outcome(result, code, message, pendingBefore, report.pending(), report.errors());
    }

    private void countStaged() {
        state.waiting()
                .records()
                .forEach((type, records) ->
                        count(down, type, records - waitingBefore.records().getOrDefault(type, 0L)));
        down.values().removeIf(count -> count <= 0);
    }

    private static void count(Map<String, Long> counts, String type, long more) {
        if (!ReplicaFamilies.isOwnMaking(type)) {
            counts.merge(type, more, Long::sum);
        }
    }
}
