package io.anabranch.replica.grpc;

import io.anabranch.proto.DownloadReply;
import io.anabranch.proto.DownloadRequest;
import io.anabranch.proto.Notice;
import io.anabranch.proto.ReconcileGrpc;
import io.anabranch.proto.ReconcileReply;
import io.anabranch.proto.ReconcileRequest;
import io.anabranch.proto.SyncGrpc;
import io.anabranch.proto.UploadReply;
import io.anabranch.proto.UploadRequest;
import io.anabranch.replica.reconcile.ItemHash;
import io.anabranch.replica.reconcile.KeyRange;
import io.anabranch.replica.session.Downloader;
import io.anabranch.replica.session.Reconciler;
import io.anabranch.replica.session.Uploader;
import io.anabranch.replica.state.ReplicaState;
import io.grpc.Status;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection's worth of sync. A run to a goal ends when every commit made before it has been judged and its effect is in
 * the base, and everything the relay had is applied, or staged if that is the goal; a run without one lasts until the connection does. If one
 * of the two streams fails, the other still does what it can before the run ends with that failure. If the relay turns out to be in another
 * epoch, both end, the device reconciles, and both begin again.
 *
 * <p>Runs on the thread that owns the state, but for {@link #result} and {@link #cancel}, which any thread may call.
 */
public final class SyncRun {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final List<KeyRange> EVERYTHING = List.of(KeyRange.ALL);

    private final ReplicaState state;
    private final RelayChannel channel;
    private final RelayAddress address;
    private final Executor owner;
    private final Uploader uploader;
    private final Downloader downloader;
    private final CompletableFuture<Void> result = new CompletableFuture<>();
    private final Runnable onProgress;
    private final Goal goal;
    private final long goalSeq;
    private @Nullable SyncCall<UploadRequest, UploadReply> upload;
    /** What ended one of the streams, and whether the other has done what it can. */
    private @Nullable SyncException failure;

    private BooleanSupplier otherIsDone = () -> true;
    /** Once in a run, so that a relay that refuses the beginning too is not asked for ever. */
    private boolean startedOver;
    /** Whether that is for another run. */
    private boolean endsIfStale;

    private @Nullable SyncCall<DownloadRequest, DownloadReply> download;
    private @Nullable SyncCall<ReconcileRequest, ReconcileReply> reconcile;
    private @Nullable Reconciler recovery;
    private @Nullable Reconciler audit;
    private Audit audits = Audit.NONE;
    private List<KeyRange> audited = EVERYTHING;

    /** Whether everything is compared with what the relay has. */
    public enum Audit {
        /** No. */
        NONE,
        /** Yes, but the run is no failure if that fails. */
        BESIDE,
        /** Yes, and the run ends with it. */
        DEMANDED
    }

    /** Where a run leads. */
    public enum Goal {
        /** Everything is in the base. */
        APPLIED,
        /** Everything is staged beside the base. */
        STAGED,
        /** None: after everything is applied it goes on, live. */
        LASTING
    }

    /**
     * A run that is not started.
     *
     * @param owner runs tasks on the state's thread, in order
     * @param onProgress called after each step, on the state's thread
     */
    public SyncRun(
            ReplicaState state,
            RelayChannel channel,
            RelayAddress address,
            Executor owner,
            Goal goal,
            Runnable onProgress) {
        this.state = state;
        this.channel = channel;
        this.address = address;
        this.owner = owner;
        this.goal = goal;
        this.onProgress = onProgress;
        this.uploader = new Uploader(state);
        this.downloader = new Downloader(state, goal == Goal.STAGED);
        this.goalSeq = state.lastSeq();
    }

    /** After it has caught up, this run compares the base with what the relay has, and repairs it. To be called before the start. */
    public void auditing(Audit wanted) {
        audits = wanted;
    }

    /** As an audit that is demanded, of some ranges of records alone. To be called before the start. */
    public void auditing(List<KeyRange> some) {
        audits = Audit.DEMANDED;
        audited = List.copyOf(some);
    }

    /** Whether the audit is of all records. */
    public boolean isAuditOfAll() {
        return audited.equals(EVERYTHING);
    }

    /** Ends when the relay does not know the cursor, after the state was begun anew, and does not go on from there. To be called before the start. */
    public void endingIfStale() {
        endsIfStale = true;
    }

    /** Whether the relay has ordered a refresh that was not followed yet. */
    public boolean isRefreshOrdered() {
        return downloader.refreshOrdered() > state.refreshFollowed();
    }

    /** The reconciliation after the relay had lost something, empty if there was none. */
    public Optional<Reconciler> recovery() {
        return Optional.ofNullable(recovery);
    }

    /** The audit, empty if there was none. */
    public Optional<Reconciler> audit() {
        return Optional.ofNullable(audit);
    }

    /** Opens the streams. */
    public void start() {
        openDownload();
        openUploadIfNeeded();
    }

    private void openDownload() {
        SyncCall<DownloadRequest, DownloadReply> opened = new SyncCall<>(
                downloader,
                channel.channel(),
                SyncGrpc.getDownloadMethod(),
                owner,
                new CallEvents(uploader::isSettled));
        download = opened;
        opened.start();
    }

    /** A commit was made: sends it at once. */
    public void committed() {
        if (result.isDone()) {
            return;
        }
        openUploadIfNeeded();
        SyncCall<UploadRequest, UploadReply> open = upload;
        if (open != null) {
            open.pump();
        }
    }

    /** Ends the run; its result is then a {@link SyncException} with the code CANCELLED. */
    public void cancel() {
        owner.execute(() -> end(new SyncException(SyncException.Code.CANCELLED, "sync was cancelled", null)));
    }

    /** Completes when the run has ended; exceptionally with a {@link SyncException} if before its goal. */
    public CompletableFuture<Void> result() {
        return result;
    }

    /** Whether the relay has answered. */
    public boolean isWelcome() {
        return downloader.isWelcome();
    }

    /** Whether this connection has brought all there was. */
    public boolean isCaughtUp() {
        return downloader.isCaughtUp();
    }

    /** Commits sent so far. */
    public long sentCommits() {
        return uploader.sentCommits();
    }

    /** What the relay has said last of other things than records; empty before it has answered. */
    public Optional<Notice> notice() {
        return downloader.notice();
    }

    /** Calls back with the bodies of the commits that are sent. */
    public void onSent(Consumer<List<byte[]>> listener) {
        uploader.onSent(listener);
    }

    /** Whether what changes now was brought by this run. On the state's thread. */
    public boolean isTaking() {
        return downloader.isTaking();
    }

    /** Whether the relay has judged every commit made so far. */
    public boolean isDrained() {
        return uploader.isDrained();
    }

    /** About how many records were waiting at the relay at the start. */
    public long recordsWaiting() {
        return downloader.recordsWaiting();
    }

    private void openUploadIfNeeded() {
        if (upload == null && uploader.isNeeded() && !isRecovering()) {
            upload = new SyncCall<>(
                    uploader,
                    channel.channel(),
                    SyncGrpc.getUploadMethod(),
                    owner,
                    new CallEvents(downloader::isCaughtUp));
            upload.start();
        }
    }

    private void advanced() {
        SyncCall<DownloadRequest, DownloadReply> open = download;
        if (open != null) {
            open.pump();
        }
        onProgress.run();
        if (result.isDone() || isRecovering()) {
            return;
        } else if (uploader.isApart() || downloader.isApart()) {
            recover();
        } else if (failure != null && otherIsDone.getAsBoolean()) {
            end(failure);
        } else if (downloader.isCaughtUp() && audits != Audit.NONE && audit == null && isAuditable()) {
            Reconciler started = newReconciler(Reconciler.Purpose.AUDIT);
            audit = started;
            reconcile(started);
        } else if (downloader.isCaughtUp() && isReached() && reconcile == null) {
            end(null);
        }
    }

    private boolean isAuditable() {
        return goal == Goal.LASTING || (goal == Goal.APPLIED && isReached());
    }

    private boolean isRecovering() {
        return reconcile != null && download == null;
    }

    private void recover() {
        endStreams();
        if (reconcile != null) {
            reconcile.end();
        }
        failure = null;
        Reconciler started = newReconciler(Reconciler.Purpose.RECOVER);
        recovery = started;
        reconcile(started);
    }

    private Reconciler newReconciler(Reconciler.Purpose purpose) {
        return new Reconciler(
                state, purpose, SyncRun::comparisonKey, purpose == Reconciler.Purpose.AUDIT ? audited : EVERYTHING);
    }

    private void reconcile(Reconciler by) {
        SyncCall<ReconcileRequest, ReconcileReply> call = new SyncCall<>(
                by, channel.channel(), ReconcileGrpc.getReconcileMethod(), owner, new ReconcileEvents(by));
        reconcile = call;
        call.start();
    }

    private void reconciled(Reconciler by) {
        onProgress.run();
        SyncCall<ReconcileRequest, ReconcileReply> call = reconcile;
        if (!by.isDone() || call == null) {
            return;
        }
        boolean recovered = isRecovering();
        reconcile = null;
        call.end();
        if (recovered) {
            start();
        } else {
            advanced();
        }
    }

    private static byte[] comparisonKey() {
        byte[] key = new byte[ItemHash.KEY_SIZE];
        RANDOM.nextBytes(key);
        return key;
    }

    private void endStreams() {
        if (upload != null) {
            upload.end();
            upload = null;
        }
        if (download != null) {
            download.end();
            download = null;
        }
    }

    private boolean isReached() {
        return switch (goal) {
            case APPLIED -> state.isConfirmedThrough(goalSeq) && uploader.isCarriedDone();
            case STAGED -> state.isReadyThrough(goalSeq) && uploader.isCarriedDone();
            case LASTING -> false;
        };
    }

    private void end(@Nullable SyncException ended) {
        if (result.isDone()) {
            return;
        }
        endStreams();
        if (reconcile != null) {
            reconcile.end();
        }
        if (ended == null) {
            result.complete(null);
        } else {
            result.completeExceptionally(ended);
        }
    }

    private final class CallEvents implements SyncCall.Events {

        private final BooleanSupplier otherDone;

        CallEvents(BooleanSupplier otherDone) {
            this.otherDone = otherDone;
        }

        @Override
        public void advanced() {
            SyncRun.this.advanced();
        }

        @Override
        public void ended(@Nullable Throwable cause, Status status) {
            SyncException ended = cause != null ? SyncException.of(cause) : SyncException.of(status, address);
            if (ended.code() == SyncException.Code.STALE && !startedOver && !result.isDone()) {
                startedOver = true;
                state.startOver();
                if (endsIfStale) {
                    end(ended);
                } else {
                    openDownload();
                }
                return;
            }
            if (failure != null || otherDone.getAsBoolean() || ended.code() == SyncException.Code.UNREACHABLE) {
                end(ended);
            } else {
                failure = ended;
                otherIsDone = otherDone;
            }
        }
    }

    private final class ReconcileEvents implements SyncCall.Events {

        private final Reconciler by;

        ReconcileEvents(Reconciler by) {
            this.by = by;
        }

        @Override
        public void advanced() {
            reconciled(by);
        }

        @Override
        public void ended(@Nullable Throwable cause, Status status) {
            SyncException ended = cause != null ? SyncException.of(cause) : SyncException.of(status, address);
            boolean recovered = isRecovering();
            reconcile = null;
            if (result.isDone()) {
                return;
            } else if (recovered && ended.code() == SyncException.Code.STALE && !startedOver) {
                startedOver = true;
                state.startOver();
                start();
            } else if (recovered || audits == Audit.DEMANDED) {
                end(ended);
            } else {
                SyncRun.this.advanced();
            }
        }
    }
}
