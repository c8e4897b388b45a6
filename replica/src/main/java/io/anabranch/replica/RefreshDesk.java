package io.anabranch.replica;

import io.anabranch.replica.grpc.RefreshRun;
import io.anabranch.replica.grpc.RelayChannel;
import io.anabranch.replica.identity.RelaySignature;
import io.anabranch.replica.refresh.SnapshotIntake;
import io.anabranch.replica.refresh.SnapshotManifests;
import io.anabranch.replica.state.NextGeneration;
import io.anabranch.replica.storage.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Refreshes a replica's store: by its user's wish, or because it is empty and there is much to come. On the replica's thread. */
final class RefreshDesk implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RefreshDesk.class);

    /** With fewer records to come, an empty store is filled by pages. */
    private static final long FIRST_RECORDS_MIN = 20_000;

    private static final long FIRST_PENDING_MAX = 1_000;
    /** A processor is left for the person who works meanwhile. */
    private static final int WORKERS =
            Math.max(1, Math.min(2, Runtime.getRuntime().availableProcessors() - 1));

    private static final long DROP_AGAIN_MILLIS = 500;

    private final SyncDesk.Supply supply;
    private final Storage storage;
    private final NextGeneration next;
    private final ExecutorService workers = Executors.newFixedThreadPool(WORKERS, RefreshDesk::worker);
    /** Done when nothing of what an earlier run has replaced is being dropped. */
    private CompletableFuture<Void> settled = CompletableFuture.completedFuture(null);

    private @Nullable RefreshRun running;
    private boolean closed;

    RefreshDesk(SyncDesk.Supply supply, Storage storage) {
        this.supply = supply;
        this.storage = storage;
        this.next = new NextGeneration(supply.state());
    }

    /** Whether nothing ever came from the relay, so that a snapshot may be the better way. Not where most of it may be the device's own. */
    boolean isFirst() {
        return supply.state().cursor().length == 0 && supply.state().pendingCount() <= FIRST_PENDING_MAX;
    }

    /** The run there is, null if there is none. */
    @Nullable
    RefreshRun running() {
        return running;
    }

    /** A store that was replaced in an earlier run is dropped. */
    void opened() {
        supply.loop().execute(this::drop);
    }

    /**
     * A run that is not begun.
     *
     * @param asked whether someone asked for it, so that it is done however little there is
     * @param hold called before the exchange
     */
    RefreshRun newRun(
            RelayLinks.Endpoint endpoint, RelayChannel channel, boolean asked, Runnable hold, Runnable onProgress) {
        SnapshotIntake intake = new SnapshotIntake(storage, next, trust(endpoint));
        RefreshRun run = new RefreshRun(new RefreshRun.Parts(
                supply.state(),
                next,
                intake,
                channel,
                endpoint.address(),
                supply.loop(),
                workers,
                asked ? 1 : FIRST_RECORDS_MIN,
                hold,
                onProgress));
        running = run;
        return run;
    }

    /** Begins a run, when what an earlier one has replaced is out of the way. */
    void begin(RefreshRun run) {
        if (settled.isDone()) {
            run.start();
        } else {
            var unused = settled.thenRun(() -> supply.loop().execute(run::start));
        }
    }

    /** The run is over. */
    void ended(boolean exchanged) {
        running = null;
        if (exchanged) {
            settled = new CompletableFuture<>();
            tell();
        }
    }

    @Override
    public void close() {
        closed = true;
        RefreshRun run = running;
        if (run != null) {
            run.cancel();
        }
        workers.shutdown();
    }

    private void tell() {
        if (!closed && next.tellDifferences()) {
            supply.loop().execute(this::tell);
        } else {
            drop();
        }
    }

    /** By a worker: files take a while to go. */
    private void drop() {
        if (closed || !next.isOutlived()) {
            settled.complete(null);
            return;
        }
        CompletableFuture<Void> dropping = settled.isDone() ? new CompletableFuture<>() : settled;
        settled = dropping;
        var unused = CompletableFuture.supplyAsync(next::dropOutlived, workers)
                .whenComplete((dropped, failure) -> supply.loop().execute(() -> {
                    if (failure != null) {
                        LOG.warn(
                                "a store that was replaced could not be dropped; it is tried again when the store is opened",
                                failure);
                    } else if (dropped) {
                        next.forgetOutlived();
                    } else {
                        CompletableFuture.delayedExecutor(DROP_AGAIN_MILLIS, TimeUnit.MILLISECONDS)
                                .execute(() -> supply.loop().execute(this::drop));
                    }
                    dropping.complete(null);
                }));
    }

    private static SnapshotManifests.Trust trust(RelayLinks.Endpoint endpoint) {
        return (signed, offer) -> {
            List<byte[]> certificates = new ArrayList<>();
            offer.getCertificatesList().forEach(der -> certificates.add(der.toByteArray()));
            return RelaySignature.isSigned(
                    endpoint.identity().trustManager(),
                    signed,
                    offer.getSignature().toByteArray(),
                    certificates);
        };
    }

    private static Thread worker(Runnable task) {
        Thread thread = new Thread(task, "anabranch-refresh");
        thread.setDaemon(true);
        return thread;
    }
}
