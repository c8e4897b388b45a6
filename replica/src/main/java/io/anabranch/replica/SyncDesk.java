package io.anabranch.replica;

import io.anabranch.replica.grpc.RelayAddress;
import io.anabranch.replica.grpc.RelayChannel;
import io.anabranch.replica.grpc.SyncException;
import io.anabranch.replica.grpc.SyncRun;
import io.anabranch.replica.identity.Identity;
import io.anabranch.replica.session.ReconcileCounts;
import io.anabranch.replica.state.ReplicaState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Starts and follows the syncs of a replica; everything but starting runs on the replica's thread. */
final class SyncDesk implements AutoCloseable {

    private final ReplicaState state;
    private final ReplicaLoop loop;
    private final Enrolment enrolment;
    private final LongSupplier wallMillis;
    private @Nullable LiveSync live;
    private @Nullable SyncRun incremental;
    private @Nullable RelayChannel channel;
    private @Nullable Endpoint channelEndpoint;
    private long changedRecords;
    private long lastSyncMillis;
    private String problem = "";

    SyncDesk(ReplicaState state, ReplicaLoop loop, Enrolment enrolment, LongSupplier wallMillis) {
        this.state = state;
        this.loop = loop;
        this.enrolment = enrolment;
        this.wallMillis = wallMillis;
    }

    void committed() {
        if (live != null) {
            live.committed();
        }
    }

    void changed(int records) {
        changedRecords += records;
    }

    CompletableFuture<SyncReport> startIncremental(Consumer<ReplicaStatus> onProgress) {
        Endpoint endpoint = endpoint();
        CompletableFuture<SyncReport> report = new CompletableFuture<>();
        loop.execute(() -> {
            RelayChannel channel = kept(endpoint);
            long upBefore = channel.wireBytes().up();
            long downBefore = channel.wireBytes().down();
            long startedMillis = wallMillis.getAsLong();
            long startedNanos = System.nanoTime();
            long changedBefore = changedRecords;
            SyncRun run = new SyncRun(state, channel, endpoint.address, loop, false, () -> onProgress.accept(status()));
            incremental = run;
            var unused = run.result().whenComplete((done, failure) -> {
                incremental = null;
                ended(failure);
                Duration duration = Duration.ofNanos(System.nanoTime() - startedNanos);
                SyncReport made = new SyncReport(
                        SyncWay.INCREMENTAL,
                        startedMillis,
                        duration,
                        run.sentCommits(),
                        changedRecords - changedBefore,
                        channel.wireBytes().up() - upBefore,
                        channel.wireBytes().down() - downBefore,
                        state.pendingCount(),
                        state.errorCount());
                if (failure != null) {
                    drop();
                }
                complete(report, made, failure);
            });
            cancelWith(report, run);
            run.start();
        });
        return report;
    }

    /** An incremental sync, and then the comparison of everything. */
    CompletableFuture<VerifyReport> startVerify() {
        Endpoint endpoint = endpoint();
        CompletableFuture<VerifyReport> report = new CompletableFuture<>();
        loop.execute(() -> {
            SyncRun run = new SyncRun(state, kept(endpoint), endpoint.address, loop, false, () -> {}).auditing();
            incremental = run;
            var unused = run.result().whenComplete((done, failure) -> {
                incremental = null;
                ended(failure);
                if (failure != null) {
                    drop();
                }
                complete(report, VerifyReport.of(run.reconciled().orElse(ReconcileCounts.NONE)), failure);
            });
            run.start();
        });
        return report;
    }

    LiveConnection live() {
        Endpoint endpoint = endpoint();
        return loop.call(() -> {
            if (live != null) {
                throw new IllegalStateException("the replica is live already; close that first");
            }
            LiveSync started = new LiveSync(endpoint::open, channel -> startLasting(channel, endpoint.address), loop);
            live = started;
            started.connect();
            return (LiveConnection) () -> stop(started);
        });
    }

    ReplicaStatus status() {
        return new ReplicaStatus(
                state.replica(),
                phase(),
                state.pendingCount(),
                state.lastSeq() + 1 - state.firstUnjudgedSeq(),
                state.errorCount(),
                state.appliedPosition(),
                state.lastSeq(),
                lastSyncMillis,
                problem);
    }

    @Override
    public void close() {
        loop.call(() -> {
            if (incremental != null) {
                incremental.cancel();
            }
            drop();
            return true;
        });
        LiveSync current = loop.call(() -> live);
        if (current != null) {
            stop(current);
        }
    }

    /** The channel of earlier incremental syncs, so that only the first pays for a TLS handshake. */
    private RelayChannel kept(Endpoint endpoint) {
        RelayChannel current = channel;
        if (current == null || !endpoint.equals(channelEndpoint)) {
            drop();
            current = endpoint.open();
            channel = current;
            channelEndpoint = endpoint;
        }
        return current;
    }

    private void drop() {
        if (channel != null) {
            channel.close();
            channel = null;
        }
    }

    private record Endpoint(RelayAddress address, Identity identity) {
        RelayChannel open() {
            return new RelayChannel(address, identity.keyManager(), identity.trustManager());
        }
    }

    private Endpoint endpoint() {
        RelayAddress address = enrolment.relay().orElseThrow(SyncDesk::notEnrolled);
        return new Endpoint(address, enrolment.identity().orElseThrow(SyncDesk::notEnrolled));
    }

    private static SyncException notEnrolled() {
        return new SyncException(
                SyncException.Code.NOT_ENROLLED,
                "this device is not enrolled; ask for a code and run: anabranch device enrol --relay HOST:PORT --code CODE",
                null);
    }

    private SyncRun startLasting(RelayChannel channel, RelayAddress address) {
        SyncRun run = new SyncRun(state, channel, address, loop, true, this::progressed);
        var unused = run.result().whenComplete((done, failure) -> ended(failure));
        run.start();
        return run;
    }

    private void progressed() {
        if (live != null && live.isCaughtUp()) {
            lastSyncMillis = wallMillis.getAsLong();
            problem = "";
        }
    }

    private void ended(@Nullable Throwable failure) {
        if (failure == null) {
            lastSyncMillis = wallMillis.getAsLong();
            problem = "";
        } else if (!(failure instanceof SyncException known) || known.code() != SyncException.Code.CANCELLED) {
            problem = String.valueOf(failure.getMessage());
        }
    }

    private void stop(LiveSync started) {
        started.close();
        loop.call(() -> {
            live = null;
            return true;
        });
    }

    private ReplicaStatus.Phase phase() {
        if (incremental != null) {
            return ReplicaStatus.Phase.SYNCING;
        } else if (live == null) {
            return ReplicaStatus.Phase.IDLE;
        } else if (!live.isConnected()) {
            return ReplicaStatus.Phase.CONNECTING;
        }
        return live.isCaughtUp() ? ReplicaStatus.Phase.LIVE : ReplicaStatus.Phase.SYNCING;
    }

    private static void cancelWith(CompletableFuture<SyncReport> report, SyncRun run) {
        var unused = report.whenComplete((made, failure) -> {
            if (report.isCancelled()) {
                run.cancel();
            }
        });
    }

    private static <T> void complete(CompletableFuture<T> report, T made, @Nullable Throwable failure) {
        if (failure == null) {
            report.complete(made);
        } else {
            report.completeExceptionally(
                    failure instanceof CompletionException wrapped && wrapped.getCause() != null
                            ? wrapped.getCause()
                            : failure);
        }
    }
}
