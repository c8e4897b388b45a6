package io.anabranch.replica.grpc;

import io.anabranch.proto.DownloadReply;
import io.anabranch.proto.DownloadRequest;
import io.anabranch.proto.ReconcileGrpc;
import io.anabranch.proto.ReconcileReply;
import io.anabranch.proto.ReconcileRequest;
import io.anabranch.proto.SyncGrpc;
import io.anabranch.proto.UploadReply;
import io.anabranch.proto.UploadRequest;
import io.anabranch.replica.reconcile.ItemHash;
import io.anabranch.replica.session.Downloader;
import io.anabranch.replica.session.ReconcileCounts;
import io.anabranch.replica.session.Reconciler;
import io.anabranch.replica.session.Uploader;
import io.anabranch.replica.state.ReplicaState;
import io.grpc.Status;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection's worth of sync. A run to a goal ends when every commit made before it has been judged and its effect is in
 * the base, and everything the relay had is applied; a run without one lasts until the connection does. If one of the two streams
 * fails, the other still does what it can before the run ends with that failure. If the relay turns out to be in another epoch, both end, the
 * device reconciles, and both begin again.
 *
 * <p>Runs on the thread that owns the state, but for {@link #result} and {@link #cancel}, which any thread may call.
 */
public final class SyncRun {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final ReplicaState state;
    private final RelayChannel channel;
    private final RelayAddress address;
    private final Executor owner;
    private final Uploader uploader;
    private final Downloader downloader;
    private final CompletableFuture<Void> result = new CompletableFuture<>();
    private final Runnable onProgress;
    private final boolean lasting;
    private final long goalSeq;
    private @Nullable SyncCall<UploadRequest, UploadReply> upload;
    /** What ended one of the streams, and whether the other has done what it can. */
    private @Nullable SyncException failure;

    private BooleanSupplier otherIsDone = () -> true;
    private @Nullable SyncCall<DownloadRequest, DownloadReply> download;
    private @Nullable Reconciler reconciler;
    private @Nullable SyncCall<ReconcileRequest, ReconcileReply> reconcile;
    private boolean audits;

    /**
     * A run that is not started.
     *
     * @param owner runs tasks on the state's thread, in order
     * @param lasting whether to go on after everything is done, live
     * @param onProgress called after each step, on the state's thread
     */
    public SyncRun(
            ReplicaState state,
            RelayChannel channel,
            RelayAddress address,
            Executor owner,
            boolean lasting,
            Runnable onProgress) {
        this.state = state;
        this.channel = channel;
        this.address = address;
        this.owner = owner;
        this.lasting = lasting;
        this.onProgress = onProgress;
        this.uploader = new Uploader(state);
        this.downloader = new Downloader(state);
        this.goalSeq = state.lastSeq();
    }

    /** Before it ends, this run compares the whole base with what the relay has, and repairs it. To be called before the start. */
    public SyncRun auditing() {
        audits = true;
        return this;
    }

    /** What the reconciliation of this run has found, empty if there was none. */
    public Optional<ReconcileCounts> reconciled() {
        return Optional.ofNullable(reconciler).map(Reconciler::counts);
    }

    /** Opens the streams. */
    public void start() {
        download = new SyncCall<>(
                downloader,
                channel.channel(),
                SyncGrpc.getDownloadMethod(),
                owner,
                new CallEvents(uploader::isDrained));
        download.start();
        openUploadIfNeeded();
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

    /** About how many records were waiting at the relay at the start. */
    public long recordsWaiting() {
        return downloader.recordsWaiting();
    }

    private void openUploadIfNeeded() {
        if (upload == null && !uploader.isDrained() && !isRecovering()) {
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
        if (result.isDone()) {
            return;
        } else if (uploader.isApart() || downloader.isApart()) {
            recover();
        } else if (failure != null && otherIsDone.getAsBoolean()) {
            end(failure);
        } else if (!lasting && downloader.isCaughtUp() && state.isConfirmedThrough(goalSeq)) {
            if (audits) {
                audits = false;
                reconcile(Reconciler.Purpose.AUDIT);
            } else if (reconcile == null) {
                end(null);
            }
        }
    }

    private boolean isRecovering() {
        return reconcile != null && download == null;
    }

    private void recover() {
        endStreams();
        reconcile(Reconciler.Purpose.RECOVER);
    }

    private void reconcile(Reconciler.Purpose purpose) {
        Reconciler started = new Reconciler(state, purpose, SyncRun::comparisonKey);
        reconciler = started;
        SyncCall<ReconcileRequest, ReconcileReply> call = new SyncCall<>(
                started, channel.channel(), ReconcileGrpc.getReconcileMethod(), owner, new ReconcileEvents());
        reconcile = call;
        call.start();
    }

    private void reconciled(Reconciler by) {
        onProgress.run();
        SyncCall<ReconcileRequest, ReconcileReply> call = reconcile;
        if (by.isDone() && call != null) {
            boolean recovered = isRecovering();
            reconcile = null;
            call.end();
            if (recovered) {
                start();
            } else {
                advanced();
            }
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
            if (failure != null || otherDone.getAsBoolean() || ended.code() == SyncException.Code.UNREACHABLE) {
                end(ended);
            } else {
                failure = ended;
                otherIsDone = otherDone;
            }
        }
    }

    private final class ReconcileEvents implements SyncCall.Events {

        @Override
        public void advanced() {
            Reconciler by = reconciler;
            if (by != null) {
                reconciled(by);
            }
        }

        @Override
        public void ended(@Nullable Throwable cause, Status status) {
            end(cause != null ? SyncException.of(cause) : SyncException.of(status, address));
        }
    }
}
