package io.anabranch.replica;

import io.anabranch.replica.grpc.RefreshRun;
import io.anabranch.replica.grpc.RelayChannel;
import io.anabranch.replica.grpc.SyncRun;
import io.anabranch.replica.reconcile.KeyRange;
import io.anabranch.replica.state.RecordChange;
import io.anabranch.replica.state.ReplicaState;
import io.anabranch.replica.tracking.NetworkKind;
import io.anabranch.replica.tracking.Pauses;
import io.anabranch.replica.tracking.SyncTrack;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Starts and ends a replica's syncs, and counts what they do. But for what starts one, everything runs on the replica's thread. */
final class SyncDesk implements AutoCloseable {

    private final ReplicaState state;
    private final ReplicaLoop loop;
    private final RelayLinks relays;
    private final TrackingLog tracking;
    private final StatusBoard board;
    private final LongSupplier wallMillis;
    private final Supply supply;
    private final LoopAlarm alarm;
    private final RefreshDesk refreshes;
    private final EndingSyncs endings;
    private final SuccessionDesk succession;
    private @Nullable LiveSync live;
    private @Nullable Running lasting;
    private boolean applying;
    private Runnable whenSynced = () -> {};
    private Runnable whenApplied = () -> {};
    private Runnable whenNetworkChanged = () -> {};

    /** What a desk is made of. */
    record Supply(
            ReplicaState state,
            ReplicaLoop loop,
            Enrolment enrolment,
            SyncMemory memory,
            ReplicaOptions options,
            Executor listeners,
            DeviceTrust trust) {}

    /** A run and what is counted of it. */
    record Running(SyncRun run, SyncTally tally) {}

    SyncDesk(Supply supply, RefreshDesk refreshes) {
        this.refreshes = refreshes;
        this.supply = supply;
        this.state = supply.state;
        this.loop = supply.loop;
        this.wallMillis = supply.options.wallMillis();
        this.relays = new RelayLinks(supply.enrolment);
        this.tracking =
                new TrackingLog(state, supply.memory, supply.options.sync().tracksKept());
        this.board = new StatusBoard(state, supply.memory, supply.options.sync(), wallMillis);
        this.alarm = new LoopAlarm(loop);
        this.succession = new SuccessionDesk(state, supply.enrolment, loop);
        this.endings = new EndingSyncs(this, state, loop, relays, refreshes);
    }

    /** Has something run, on the replica's thread, whenever everything that there was is here and sent; it returns at once. */
    void whenSynced(Runnable task) {
        whenSynced = task;
    }

    /** Has something run, on the replica's thread, whenever what was staged is applied. */
    void whenApplied(Runnable task) {
        whenApplied = task;
    }

    /** Has something run, on the replica's thread, whenever the application tells of a network. */
    void whenNetworkChanged(Runnable task) {
        whenNetworkChanged = task;
    }

    /** Opens a connection of its own to the relay; any thread. */
    RelayChannel connect() {
        return relays.endpoint().open();
    }

    void committed() {
        if (live != null) {
            live.committed();
        }
        progressed();
    }

    void changed(List<RecordChange> changes) {
        for (Running running : new @Nullable Running[] {endings.running(), lasting}) {
            if (running != null && running.run.isTaking()) {
                running.tally.changed(changes);
            }
        }
    }

    /** As the store is opened: a sync that is due starts by itself. */
    void opened() {
        refreshes.opened();
        long last = supply.memory.lastSuccessMillis();
        if (relays.isEnrolled()
                && supply.options.sync().startsAtOpening(last, wallMillis.getAsLong(), ZoneId.systemDefault())) {
            // Whether it succeeds is told by the status.
            var unused = start(SyncWay.NON_BLOCKING, "opening", status -> {});
        }
    }

    CompletableFuture<SyncReport> start(SyncWay way, String trigger, Consumer<ReplicaStatus> onProgress) {
        return start(way, trigger, List.of(), onProgress);
    }

    /** @param part what is refreshed, empty for everything */
    CompletableFuture<SyncReport> start(
            SyncWay way, String trigger, List<KeyRange> part, Consumer<ReplicaStatus> onProgress) {
        RelayLinks.Endpoint endpoint = relays.endpoint();
        CompletableFuture<SyncReport> report = new CompletableFuture<>();
        loop.execute(() -> {
            SyncTally tally = new SyncTally(
                    state,
                    occasion(way, trigger),
                    wallMillis,
                    relays.kept(endpoint).wireBytes());
            EndingSyncs.Asked asked = new EndingSyncs.Asked(way, endpoint, tally, part, () -> {
                progressed();
                onProgress.accept(status());
            });
            endings.start(asked);
            follow(asked.report(), report);
        });
        return report;
    }

    /** What the caller has is told what comes of it, and cancelling it cancels what is under way. */
    private static void follow(CompletableFuture<SyncReport> from, CompletableFuture<SyncReport> to) {
        var unusedEnd = from.whenComplete((made, failure) -> {
            if (failure == null) {
                to.complete(made);
            } else {
                to.completeExceptionally(
                        failure instanceof CompletionException wrapped && wrapped.getCause() != null
                                ? wrapped.getCause()
                                : failure);
            }
        });
        var unusedCancel = to.whenComplete((made, failure) -> {
            if (to.isCancelled()) {
                from.cancel(true);
            }
        });
    }

    /** A store to which nothing has come yet is filled before it is live, by a snapshot if there is much. */
    boolean isFirst() {
        return refreshes.isFirst() && refreshes.running() == null;
    }

    /** A refresh that the relay has ordered is done beside a live connection. */
    void refreshIfOrdered(SyncRun run) {
        if (run.isRefreshOrdered() && refreshes.running() == null) {
            // Whether it succeeds is told by the status; if not, it is tried again with the next connection.
            var unused = start(SyncWay.REFRESH, "relay", status -> {});
        }
    }

    /** No connection stays while a refresh exchanges the store, but for the one that waits for just that. */
    void hold() {
        if (live != null && !live.isFilling()) {
            live.hold();
        }
    }

    /** The refresh is over. */
    void release() {
        if (live != null) {
            live.release();
        }
    }

    LiveConnection live() {
        relays.endpoint();
        return loop.call(() -> {
            if (live != null) {
                throw new IllegalStateException("the replica is live already; close that first");
            }
            LiveSync started = new LiveSync(
                    new LiveLinks(this, relays::endpoint), new Pauses(RandomGenerator.getDefault()), alarm, loop);
            live = started;
            started.connect();
            return (LiveConnection) () -> stop(started);
        });
    }

    long apply() {
        applying = true;
        progressed();
        try {
            long applied = state.applyStaged();
            whenApplied.run();
            return applied;
        } finally {
            applying = false;
            progressed();
        }
    }

    void network(NetworkKind kind) {
        NetworkKind before = board.network();
        board.network(kind);
        if (live != null && kind != before) {
            live.networkChanged();
        }
        whenNetworkChanged.run();
        progressed();
    }

    /** What network the device is on; any thread. */
    NetworkKind network() {
        return board.network();
    }

    List<SyncTrack> tracks() {
        return tracking.list();
    }

    ReplicaStatus status() {
        board.enrolled(relays.isEnrolled());
        return board.status(activity());
    }

    /** Any thread. */
    ReplicaStatus.Listening listen(Consumer<ReplicaStatus> listener) {
        board.listen(listener);
        loop.execute(() -> {
            board.toldNothing();
            progressed();
        });
        return () -> board.ignore(listener);
    }

    @Override
    public void close() {
        loop.call(() -> {
            refreshes.close();
            endings.close();
            relays.drop();
            return true;
        });
        LiveSync current = loop.call(() -> live);
        if (current != null) {
            stop(current);
        }
        alarm.close();
    }

    /** A lasting run that is about to start. */
    Running beginLasting(RelayLinks.Endpoint endpoint, RelayChannel channel, SyncTally tally, Runnable onStep) {
        SyncRun run = new SyncRun(state, channel, endpoint.address(), loop, SyncRun.Goal.LASTING, onStep);
        run.auditing(dueAudit());
        run.endingIfStale();
        Running running = begin(run, tally);
        lasting = running;
        return running;
    }

    /** A run has heard something of the relay: follows it, then goes on. */
    void heard(RelayChannel channel, SyncRun run, Runnable then) {
        var unused = supply.trust.follow(channel, run.notice().orElse(null)).thenRun(then);
    }

    /** Makes a store that is a copy another replica's. */
    SuccessionDesk succession() {
        return succession;
    }

    /** A lasting run is over; what it did is told if the relay answered at all. */
    void endLasting(Running running, @Nullable Throwable failure) {
        lasting = running.equals(lasting) ? null : lasting;
        if (SuccessionDesk.isCopied(failure)) {
            RelayChannel channel = relays.endpoint().open();
            var unused = succession.succeed(channel).whenComplete((done, problem) -> channel.close());
        }
        if (running.run.isWelcome()) {
            ended(SyncWay.LIVE, running.tally, running.run, failure);
        } else if (failure != null) {
            board.failed(failure);
        }
        progressed();
    }

    /** Counts for a live connection. */
    SyncTally liveTally(RelayChannel channel) {
        return new SyncTally(state, occasion(SyncWay.LIVE, "application"), wallMillis, channel.wireBytes());
    }

    StatusBoard board() {
        return board;
    }

    /** A run that is about to start. */
    Running begin(SyncRun run, SyncTally tally) {
        if (tracking.isKept()) {
            run.onSent(tally::sent);
        }
        return new Running(run, tally);
    }

    /** Whether the store is to be compared with the relay's. */
    SyncRun.Audit dueAudit() {
        SyncMemory memory = supply.memory;
        boolean isDue = memory.auditedMillis() > 0
                && supply.options.sync().isAuditDue(memory.auditedMillis(), wallMillis.getAsLong());
        return isDue ? SyncRun.Audit.BESIDE : SyncRun.Audit.NONE;
    }

    /** A store that was just filled is as good as compared. */
    private void audited(SyncRun run, @Nullable Throwable failure) {
        boolean isFirst = failure == null && supply.memory.auditedMillis() == 0;
        boolean isCompared = run.isAuditOfAll()
                && run.audit()
                        .filter(audit -> audit.isDone() && !audit.isPostponed())
                        .isPresent();
        if (isFirst || isCompared) {
            supply.memory.audited(wallMillis.getAsLong());
        }
    }

    /** A sync has ended: it is told and tracked. */
    SyncReport ended(SyncWay way, SyncTally tally, @Nullable SyncRun run, @Nullable Throwable failure) {
        if (run != null) {
            audited(run, failure);
        }
        if (failure == null) {
            board.succeeded(way);
            whenSynced.run();
        } else {
            board.failed(failure);
        }
        SyncReport report = tally.report(way, run);
        supply.enrolment
                .identity()
                .ifPresent(identity ->
                        tracking.add(tally.track(Platform.device(identity, state.replica()), report, failure)));
        progressed();
        return report;
    }

    private SyncTrack.Occasion occasion(SyncWay way, String trigger) {
        String mode = way == SyncWay.INCREMENTAL ? "foreground" : "background";
        return new SyncTrack.Occasion(way.text(), mode, trigger, board.network());
    }

    /** A step was made. */
    void progressed() {
        if (lasting != null && lasting.run.isCaughtUp()) {
            whenSynced.run();
        }
        if (board.isWatched()) {
            board.tell(status(), supply.listeners);
        }
    }

    private StatusBoard.Activity activity() {
        if (applying) {
            return new StatusBoard.Activity(ReplicaStatus.Phase.APPLYING, ReplicaStatus.Step.NONE);
        } else if (refreshes.running() != null) {
            return refreshing(refreshes.running());
        } else if (endings.running() != null) {
            return activity(endings.running(), false);
        } else if (live == null) {
            return StatusBoard.Activity.NOTHING;
        }
        return lasting == null
                ? new StatusBoard.Activity(ReplicaStatus.Phase.CONNECTING, ReplicaStatus.Step.NONE)
                : activity(lasting, true);
    }

    private static StatusBoard.Activity refreshing(RefreshRun run) {
        ReplicaStatus.Phase phase = switch (run.phase()) {
            case UPLOADING -> ReplicaStatus.Phase.UPLOADING;
            case WAITING -> ReplicaStatus.Phase.PREPARING;
            case FETCHING, CATCHING_UP -> ReplicaStatus.Phase.DOWNLOADING;
        };
        return new StatusBoard.Activity(
                phase, new ReplicaStatus.Step(run.records(), Math.max(run.records(), run.recordsExpected())));
    }

    private static StatusBoard.Activity activity(Running running, boolean lasts) {
        if (!running.run.isWelcome()) {
            return new StatusBoard.Activity(ReplicaStatus.Phase.CONNECTING, ReplicaStatus.Step.NONE);
        } else if (!running.run.isDrained()) {
            return new StatusBoard.Activity(ReplicaStatus.Phase.UPLOADING, running.tally.uploaded());
        } else if (lasts && running.run.isCaughtUp()) {
            return new StatusBoard.Activity(ReplicaStatus.Phase.LIVE, ReplicaStatus.Step.NONE);
        }
        return new StatusBoard.Activity(ReplicaStatus.Phase.DOWNLOADING, running.tally.downloaded(running.run));
    }

    private void stop(LiveSync started) {
        loop.call(() -> {
            started.close();
            live = null;
            progressed();
            return true;
        });
    }
}
