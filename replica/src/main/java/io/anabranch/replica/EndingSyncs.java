package io.anabranch.replica;

import io.anabranch.replica.grpc.RefreshRun;
import io.anabranch.replica.grpc.RelayChannel;
import io.anabranch.replica.grpc.SyncException;
import io.anabranch.replica.grpc.SyncRun;
import io.anabranch.replica.reconcile.KeyRange;
import io.anabranch.replica.state.ReplicaState;
import io.anabranch.replica.storage.StorageException;
import io.anabranch.replica.wire.MalformedMessageException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Syncs that have an end: what each begins with, and what follows when that has ended.
 *
 * <p>An empty store, and one whose cursor means nothing to the relay any more, is filled by a snapshot where there is one, and by pages
 * otherwise; a refresh is followed by the pages of what came since; a sync whose relay has ordered a refresh is followed by that. While a
 * refresh exchanges the store nothing else goes on; what was asked for then goes on afterwards. On the replica's thread.
 */
final class EndingSyncs {

    private final SyncDesk desk;
    private final ReplicaState state;
    private final ReplicaLoop loop;
    private final RelayLinks relays;
    private final RefreshDesk refreshes;
    private final List<Runnable> heldBack = new ArrayList<>();
    private SyncDesk.@Nullable Running ending;
    private @Nullable Asked endingFor;
    private boolean holding;
    private boolean closing;

    EndingSyncs(SyncDesk desk, ReplicaState state, ReplicaLoop loop, RelayLinks relays, RefreshDesk refreshes) {
        this.desk = desk;
        this.state = state;
        this.loop = loop;
        this.relays = relays;
        this.refreshes = refreshes;
    }

    /** A sync that was asked for, and what was done for it already. */
    static final class Asked {
        private final SyncWay way;
        private RelayLinks.Endpoint endpoint;
        private final SyncTally tally;
        private final Runnable onStep;
        private final List<KeyRange> part;
        private final CompletableFuture<SyncReport> report = new CompletableFuture<>();
        private boolean startedOver;
        /** The store was a copy, and was made another replica's. */
        private boolean succeeded;

        private boolean refreshed;
        /** Its run was cancelled by a refresh. */
        private boolean heldBack;

        /** @param part what is refreshed, empty for everything */
        Asked(SyncWay way, RelayLinks.Endpoint endpoint, SyncTally tally, List<KeyRange> part, Runnable onStep) {
            this.part = part;
            this.way = way;
            this.endpoint = endpoint;
            this.tally = tally;
            this.onStep = onStep;
        }

        private boolean isRefresh() {
            return way == SyncWay.REFRESH && part.isEmpty();
        }

        /** Completes when it has ended; cancelling it cancels the sync. */
        CompletableFuture<SyncReport> report() {
            return report;
        }
    }

    /** The run that is under way, null if there is none, or a refresh is. */
    SyncDesk.@Nullable Running running() {
        return ending;
    }

    void start(Asked asked) {
        if (asked.report.isDone()) {
            return;
        } else if (holding) {
            heldBack.add(() -> start(asked));
        } else if (refreshes.running() != null && asked.isRefresh()) {
            asked.report.completeExceptionally(new SyncException(
                    SyncException.Code.REFUSED, "a refresh is under way already; wait for its end", null));
        } else if (refreshes.running() == null && (asked.isRefresh() || refreshes.isFirst())) {
            refresh(asked, asked.isRefresh());
        } else {
            run(asked);
        }
    }

    void close() {
        closing = true;
        if (ending != null) {
            ending.run().cancel();
        }
    }

    private void run(Asked asked) {
        SyncRun.Goal goal = asked.way == SyncWay.NON_BLOCKING ? SyncRun.Goal.STAGED : SyncRun.Goal.APPLIED;
        RelayChannel channel = relays.kept(asked.endpoint);
        SyncRun run = new SyncRun(state, channel, asked.endpoint.address(), loop, goal, asked.onStep);
        run.auditing(asked.way == SyncWay.AUDIT ? SyncRun.Audit.DEMANDED : desk.dueAudit());
        if (!asked.part.isEmpty()) {
            run.auditing(asked.part);
        }
        if (!asked.startedOver) {
            run.endingIfStale();
        }
        SyncDesk.Running running = desk.begin(run, asked.tally);
        ending = running;
        endingFor = asked;
        var unused = run.result()
                .whenComplete((done, failure) -> prepare(failure, prepared -> {
                    ending = running.equals(ending) ? null : ending;
                    ended(asked, run, prepared);
                }));
        cancelWith(asked.report, run::cancel);
        run.start();
    }

    private void ended(Asked asked, SyncRun run, @Nullable Throwable failure) {
        boolean isWanted = !closing && !asked.report.isDone();
        if (isWanted && asked.heldBack && isCode(failure, SyncException.Code.CANCELLED)) {
            asked.heldBack = false;
            asked.tally.sentBefore(run.sentCommits());
            start(asked);
        } else if (isWanted && !asked.succeeded && SuccessionDesk.isCopied(failure)) {
            asked.tally.sentBefore(run.sentCommits());
            succeed(asked, run, failure);
        } else if (isWanted && !asked.startedOver && isCode(failure, SyncException.Code.STALE)) {
            asked.startedOver = true;
            asked.tally.sentBefore(run.sentCommits());
            start(asked);
        } else if (isWanted
                && failure == null
                && run.isRefreshOrdered()
                && !asked.refreshed
                && refreshes.running() == null) {
            asked.tally.sentBefore(run.sentCommits());
            refresh(asked, true);
        } else {
            desk.heard(relays.kept(asked.endpoint), run, () -> finish(asked, run, failure));
        }
    }

    /** The store is a copy of another: becomes another replica's, and syncs then. */
    private void succeed(Asked asked, @Nullable SyncRun run, @Nullable Throwable failure) {
        asked.succeeded = true;
        var unused = desk.succession().succeed(relays.kept(asked.endpoint)).whenComplete((done, problem) -> {
            relays.drop();
            if (problem == null && !closing) {
                asked.endpoint = relays.endpoint();
                start(asked);
            } else {
                finish(asked, run, failure);
            }
        });
    }

    /** Refreshes, and then syncs what came since. */
    private void refresh(Asked asked, boolean isOrdered) {
        asked.refreshed = true;
        RefreshRun run =
                refreshes.newRun(asked.endpoint, relays.kept(asked.endpoint), isOrdered, this::hold, asked.onStep);
        var unused = run.result().whenComplete((exchanged, failure) -> {
            refreshes.ended(failure == null && exchanged);
            holding = false;
            asked.tally.sentBefore(run.sentCommits());
            if (failure == null && exchanged) {
                asked.tally.brought(run.manifest().getRecordsByTypeMap());
            }
            boolean goesOn = failure == null || (!isOrdered && isOfTheSnapshot(failure));
            if (goesOn && !closing && !asked.report.isDone()) {
                run(asked);
            } else if (!closing && !asked.succeeded && SuccessionDesk.isCopied(failure)) {
                succeed(asked, null, failure);
            } else {
                finish(asked, null, failure);
            }
            List<Runnable> next = List.copyOf(heldBack);
            heldBack.clear();
            next.forEach(Runnable::run);
            desk.release();
        });
        cancelWith(asked.report, run::cancel);
        refreshes.begin(run);
    }

    /** Nobody asked for the snapshot of a first sync: if it is damaged, or the relay fails to make it, the store is filled by pages. */
    private static boolean isOfTheSnapshot(Throwable failure) {
        return isCode(failure, SyncException.Code.MALFORMED) || isCode(failure, SyncException.Code.FAILED);
    }

    private static boolean isCode(@Nullable Throwable failure, SyncException.Code code) {
        return failure instanceof SyncException known && known.code() == code;
    }

    /** Nothing brings the store in use further until the refresh is over. */
    private void hold() {
        holding = true;
        desk.hold();
        if (ending != null && endingFor != null) {
            endingFor.heldBack = true;
            ending.run().cancel();
        }
    }

    private void finish(Asked asked, @Nullable SyncRun run, @Nullable Throwable failure) {
        SyncReport made = desk.ended(asked.way, asked.tally, run, failure);
        if (failure != null) {
            relays.drop();
        }
        if (failure == null) {
            asked.report.complete(made);
        } else {
            asked.report.completeExceptionally(failure);
        }
    }

    /** Prepares what is staged, in between other tasks, so that it can be applied at once. */
    private void prepare(@Nullable Throwable failure, Consumer<@Nullable Throwable> then) {
        @Nullable Throwable problem = failure;
        try {
            if (failure == null && !closing && state.prepareStaged()) {
                loop.execute(() -> prepare(null, then));
                return;
            }
        } catch (MalformedMessageException e) {
            problem = new SyncException(
                    SyncException.Code.MALFORMED, "the relay sent what makes no sense: " + e.getMessage(), e);
        } catch (StorageException e) {
            problem = e;
        }
        then.accept(problem);
    }

    private static void cancelWith(CompletableFuture<SyncReport> report, Runnable cancel) {
        var unused = report.whenComplete((made, failure) -> {
            if (report.isCancelled()) {
                cancel.run();
            }
        });
    }
}
