package io.anabranch.replica.grpc;

import io.anabranch.proto.DownloadReply;
import io.anabranch.proto.DownloadRequest;
import io.anabranch.proto.SnapshotManifest;
import io.anabranch.proto.SnapshotReply;
import io.anabranch.proto.SnapshotRequest;
import io.anabranch.proto.SyncGrpc;
import io.anabranch.proto.UploadReply;
import io.anabranch.proto.UploadRequest;
import io.anabranch.replica.refresh.SnapshotIntake;
import io.anabranch.replica.session.Downloader;
import io.anabranch.replica.session.Uploader;
import io.anabranch.replica.state.NextGeneration;
import io.anabranch.replica.state.ReplicaState;
import io.anabranch.replica.wire.WireLimits;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Makes a next generation of the store from a snapshot and has it take the place of the one in use: what is pending goes up first, then the
 * segments that are missing come, are checked and loaded, then pages until nothing is new, and then the exchange. Until that the store in
 * use is as it was; what was brought is found again by the next run.
 *
 * <p>Runs on the thread that owns the state, but for {@link #result} and {@link #cancel}, which any thread may call, and for checking
 * segments, which is done by workers.
 */
public final class RefreshRun {

    private static final int SNAPSHOTS_TRIED_MAX = 3;

    private final Parts parts;
    private final SnapshotCalls calls;
    private final Uploader uploader;
    private final CompletableFuture<Boolean> result = new CompletableFuture<>();
    private final Steps steps;
    private @Nullable SyncCall<UploadRequest, UploadReply> upload;
    private @Nullable SyncCall<DownloadRequest, DownloadReply> download;
    private @Nullable Downloader downloader;
    private Phase phase = Phase.UPLOADING;
    private long records;
    private long recordsExpected;
    private @Nullable SegmentFetch fetch;
    private int snapshotsTried;
    private boolean finishing;
    private boolean prepared;

    /** How far a run is. */
    public enum Phase {
        /** What is pending goes up. */
        UPLOADING,
        /** The relay makes the snapshot, or others before it. */
        WAITING,
        /** Segments come. */
        FETCHING,
        /** Pages come, and the exchange is prepared. */
        CATCHING_UP
    }

    /**
     * What a run works with.
     *
     * @param owner runs tasks on the state's thread, in order
     * @param workers check segments, some at a time
     * @param recordsMin with fewer records there is to be none
     * @param hold called before the exchange: from then on nothing else may bring the store in use further
     * @param onProgress called after each step, on the state's thread
     */
    public record Parts(
            ReplicaState state,
            NextGeneration next,
            SnapshotIntake intake,
            RelayChannel channel,
            RelayAddress address,
            Executor owner,
            Executor workers,
            long recordsMin,
            Runnable hold,
            Runnable onProgress) {}

    /** A run that is not started. */
    public RefreshRun(Parts parts) {
        this.parts = parts;
        this.calls = new SnapshotCalls(parts.channel, parts.address);
        this.uploader = new Uploader(parts.state);
        this.steps = new Steps(parts.owner, this::failed);
    }

    /** Begins. */
    public void start() {
        if (result.isDone()) {
            return;
        } else if (uploader.isDrained()) {
            ask();
            return;
        }
        upload = new SyncCall<>(
                uploader, parts.channel.channel(), SyncGrpc.getUploadMethod(), parts.owner, new SyncCall.Events() {
                    @Override
                    public void advanced() {
                        parts.onProgress.run();
                        if (phase == Phase.UPLOADING && uploader.isDrained()) {
                            endUpload();
                            ask();
                        }
                    }

                    @Override
                    public void ended(@Nullable Throwable failure, Status status) {
                        end(failure != null ? SyncException.of(failure) : SyncException.of(status, parts.address));
                    }
                });
        upload.start();
    }

    /** Ends the run; its result is then a {@link SyncException} with the code CANCELLED. */
    public void cancel() {
        parts.owner.execute(() -> end(new SyncException(SyncException.Code.CANCELLED, "sync was cancelled", null)));
    }

    /** Completes when the exchange is made: true; or when there is no snapshot and nothing was done: false. */
    public CompletableFuture<Boolean> result() {
        return result;
    }

    /** How far it is. */
    public Phase phase() {
        return phase;
    }

    /** Records that the relay has put into the snapshot so far, or that have come. */
    public long records() {
        return records;
    }

    /** About how many there are to be; 0 if that is not known yet. */
    public long recordsExpected() {
        return recordsExpected;
    }

    /** Commits sent so far. */
    public long sentCommits() {
        return uploader.sentCommits();
    }

    /** What the snapshot has. */
    public SnapshotManifest manifest() {
        return parts.intake.manifest();
    }

    private void ask() {
        if (parts.intake.isLoaded()) {
            catchUp();
            return;
        }
        phase = Phase.WAITING;
        SnapshotRequest request = SnapshotRequest.newBuilder()
                .setProtocol(WireLimits.PROTOCOL)
                .setRecordsMin(parts.recordsMin)
                .setBegun(parts.intake.begun())
                .build();
        steps.then(calls.prepare(request, reply -> parts.owner.execute(() -> told(reply))), this::answered);
    }

    private void told(SnapshotReply reply) {
        if (reply.hasProgress() && phase == Phase.WAITING) {
            records = reply.getProgress().getRecords();
            recordsExpected = reply.getProgress().getRecordsExpected();
            parts.onProgress.run();
        }
    }

    private void answered(SnapshotReply reply) {
        snapshotsTried++;
        if (reply.hasOffer()) {
            parts.intake.begin(reply.getOffer());
        } else if (parts.recordsMin > 1) {
            finish(false);
            return;
        } else {
            parts.intake.beginEmpty();
        }
        phase = Phase.FETCHING;
        fetch = new SegmentFetch(parts.intake, calls, parts.workers, steps, this::fetch);
        fetch();
    }

    private void fetch() {
        SegmentFetch fetching = fetch;
        if (fetching == null) {
            return;
        }
        boolean isFetched = fetching.goOn();
        records = fetching.records();
        recordsExpected = fetching.recordsExpected();
        parts.onProgress.run();
        if (isFetched) {
            fetch = null;
            steps.then(CompletableFuture.runAsync(parts.intake::ingest, parts.workers), done -> {
                parts.intake.loaded();
                catchUp();
            });
        }
    }

    /** The snapshot has gone, or another one is needed: what has come of it is of use for the next. */
    private void askAgain() {
        steps.abandon();
        fetch = null;
        ask();
    }

    private void catchUp() {
        phase = Phase.CATCHING_UP;
        Downloader taking = Downloader.beside(parts.next.state());
        downloader = taking;
        SyncCall<DownloadRequest, DownloadReply> opened = new SyncCall<>(
                taking, parts.channel.channel(), SyncGrpc.getDownloadMethod(), parts.owner, new SyncCall.Events() {
                    @Override
                    public void advanced() {
                        parts.onProgress.run();
                        caughtUp();
                    }

                    @Override
                    public void ended(@Nullable Throwable failure, Status status) {
                        SyncException ended =
                                failure != null ? SyncException.of(failure) : SyncException.of(status, parts.address);
                        if (ended.code() == SyncException.Code.STALE) {
                            // The relay does not know this snapshot's cursor: it is of no use.
                            parts.intake.discard();
                        }
                        end(ended);
                    }
                });
        download = opened;
        opened.start();
    }

    private void caughtUp() {
        Downloader taking = downloader;
        if (taking == null || !taking.isCaughtUp() || result.isDone()) {
            return;
        }
        if (!parts.state.agreesOnEpoch(taking.epoch())) {
            // What a restored relay has lost is offered back first: it would be gone with the store in use.
            parts.intake.discard();
            end(new SyncException(
                    SyncException.Code.REFUSED, "the relay was restored; sync first, then refresh again", null));
        } else if (!finishing) {
            finishing = true;
            parts.hold.run();
            // What was held ends before.
            parts.owner.execute(this::prepare);
        } else if (prepared && parts.next.isReady()) {
            parts.next.follows(taking.refreshOrdered());
            parts.next.takePlace();
            finish(true);
        }
    }

    /** In portions, so that saves and pages go on in between. */
    private void prepare() {
        if (result.isDone()) {
            return;
        }
        try {
            if (parts.next.prepare()) {
                parts.owner.execute(this::prepare);
            } else {
                prepared = true;
                caughtUp();
            }
        } catch (RuntimeException e) {
            end(e);
        }
    }

    private void failed(Throwable failure) {
        boolean gone = isStatus(failure, Status.Code.NOT_FOUND);
        if (result.isDone()) {
            return;
        } else if (isStatus(failure, Status.Code.UNIMPLEMENTED) && parts.recordsMin > 1) {
            // A relay of an earlier version.
            finish(false);
        } else if (gone && snapshotsTried < SNAPSHOTS_TRIED_MAX) {
            askAgain();
        } else if (!(failure instanceof CancellationException)) {
            end(failure);
        }
    }

    private static boolean isStatus(Throwable failure, Status.Code code) {
        return failure instanceof SyncException known
                && known.getCause() instanceof StatusRuntimeException cause
                && cause.getStatus().getCode() == code;
    }

    private void finish(boolean done) {
        endStreams();
        result.complete(done);
    }

    private void end(Throwable failure) {
        if (!result.isDone()) {
            endStreams();
            result.completeExceptionally(SyncException.of(failure));
        }
    }

    private void endUpload() {
        if (upload != null) {
            upload.end();
        }
    }

    private void endStreams() {
        endUpload();
        if (download != null) {
            download.end();
        }
        steps.abandon();
    }
}
