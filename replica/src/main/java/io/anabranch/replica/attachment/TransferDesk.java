package io.anabranch.replica.attachment;

import io.anabranch.replica.content.AttachmentRef;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When transfers run: one thread for what goes on in the background, with growing pauses while something fails or is missing, and
 * one for what a person waits for. Neither is there before it is needed. Thread-safe.
 */
final class TransferDesk implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TransferDesk.class);
    private static final long PAUSE_MIN_MILLIS = 500;
    private static final long PAUSE_MAX_MILLIS = 300_000;
    private static final long ORPHANS_EVERY_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final long FAREWELL_SECONDS = 20;

    private final TransferRun.Parts parts;
    private final ScheduledExecutorService background =
            Executors.newSingleThreadScheduledExecutor(daemon("background"));
    private final ExecutorService foreground = Executors.newSingleThreadExecutor(daemon("foreground"));
    private @Nullable ScheduledFuture<?> scheduled;
    private long pauseMillis = PAUSE_MIN_MILLIS;
    private long orphansNanos;
    private boolean orphansLooked;
    /** Whether something may be wanted that is not here. */
    private volatile boolean changed = true;

    private volatile boolean closed;

    TransferDesk(TransferRun.Parts parts) {
        this.parts = parts;
    }

    void changed() {
        changed = true;
    }

    /** Runs soon, whatever was before: there is another network, or records have left. */
    void wakeAnyway() {
        changed = true;
        synchronized (this) {
            pauseMillis = PAUSE_MIN_MILLIS;
            orphansLooked = false;
        }
        schedule(PAUSE_MIN_MILLIS / 4);
    }

    /** Runs soon if there may be something to do; many calls make one run. */
    void wake() {
        if (changed || parts.store().isAnyWaiting()) {
            schedule(PAUSE_MIN_MILLIS / 4);
        }
    }

    private synchronized void schedule(long delayMillis) {
        ScheduledFuture<?> next = scheduled;
        if (closed || (next != null && next.getDelay(TimeUnit.MILLISECONDS) <= delayMillis)) {
            return;
        }
        if (next != null) {
            next.cancel(false);
        }
        scheduled = background.schedule(this::runInBackground, delayMillis, TimeUnit.MILLISECONDS);
    }

    private void runInBackground() {
        synchronized (this) {
            // From now on another run can be asked for, by this one as well.
            scheduled = null;
        }
        try {
            runOnce(() -> closed, progress -> {});
        } catch (RuntimeException e) {
            LOG.warn("transfers of attachments failed; they will be tried again", e);
            again();
        }
    }

    private TransferReport runOnce(BooleanSupplier cancelled, Consumer<AttachmentProgress> onProgress) {
        if (closed) {
            return TransferReport.NOTHING;
        }
        changed = false;
        TransferReport report = new TransferRun(
                        parts, cancelled, (hash, size) -> onProgress.accept(new AttachmentProgress(hash, size)))
                .run();
        if (report.missing() > 0 || !report.problem().isEmpty()) {
            changed = true;
        }
        if (changed || report.waiting() > 0) {
            again();
        } else {
            pauseMillis = PAUSE_MIN_MILLIS;
        }
        removeOrphans();
        return report;
    }

    private void again() {
        pauseMillis = Math.min(PAUSE_MAX_MILLIS, 2 * pauseMillis);
        schedule(pauseMillis);
    }

    private void removeOrphans() {
        if (!closed && isLookDue()) {
            parts.index().ensureComplete();
            parts.keeper().removeOrphans();
        }
    }

    private synchronized boolean isLookDue() {
        boolean due = !orphansLooked || System.nanoTime() - orphansNanos > ORPHANS_EVERY_NANOS;
        if (due) {
            orphansLooked = true;
            orphansNanos = System.nanoTime();
        }
        return due;
    }

    CompletableFuture<TransferReport> transfer(Consumer<AttachmentProgress> onProgress) {
        CompletableFuture<TransferReport> report = new CompletableFuture<>();
        start(background, report, () -> runOnce(() -> closed || report.isDone(), onProgress));
        return report;
    }

    CompletableFuture<AttachmentRef> fetch(AttachmentRef ref, LongConsumer onProgress) {
        CompletableFuture<AttachmentRef> here = new CompletableFuture<>();
        start(foreground, here, () -> {
            fetch(ref, () -> closed || here.isDone(), onProgress);
            return ref;
        });
        return here;
    }

    private void fetch(AttachmentRef ref, BooleanSupplier cancelled, LongConsumer onProgress) {
        if (parts.store().isHere(ref.hash())) {
            return;
        }
        try (AttachmentRelay relay = parts.relays().get()) {
            relay.fetch(ref, parts.store(), new AttachmentRelay.Transfer() {
                @Override
                public void moved(long size) {
                    onProgress.accept(size);
                }

                @Override
                public boolean isCancelled() {
                    return cancelled.getAsBoolean();
                }
            });
        }
        parts.keeper().came(ref.size(), ref.hash());
    }

    private static <T> void start(ExecutorService executor, CompletableFuture<T> answer, Work<T> work) {
        try {
            executor.execute(() -> {
                try {
                    answer.complete(work.run());
                } catch (RuntimeException | Error e) {
                    answer.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(
                    new AttachmentException(AttachmentException.Code.CANCELLED, "the replica is closed", e));
        }
    }

    /** What a thread does. */
    private interface Work<T> {
        T run();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        background.shutdownNow();
        foreground.shutdownNow();
        try {
            if (!background.awaitTermination(FAREWELL_SECONDS, TimeUnit.SECONDS)
                    || !foreground.awaitTermination(FAREWELL_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("a transfer of an attachment did not end in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, "anabranch-attachments-" + name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
