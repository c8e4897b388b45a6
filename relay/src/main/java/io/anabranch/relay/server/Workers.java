package io.anabranch.relay.server;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads for what may wait or takes long: signatures, the store, pages. What waits for them is bounded by the callers: a
 * call has at most one turn of its lane here. After close tasks are forgotten, since what they are for is gone.
 */
final class Workers implements Executor, AutoCloseable {

    private static final long FAREWELL_SECONDS = 10;

    private final ExecutorService pool;

    Workers() {
        AtomicInteger number = new AtomicInteger();
        int count = Math.max(4, Runtime.getRuntime().availableProcessors());
        pool = Executors.newFixedThreadPool(count, task -> {
            Thread thread = new Thread(task, "relay-worker-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public void execute(Runnable task) {
        try {
            pool.execute(task);
        } catch (RejectedExecutionException e) {
            // Only after close.
        }
    }

    @Override
    public void close() {
        pool.shutdown();
        try {
            if (pool.awaitTermination(FAREWELL_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        pool.shutdownNow();
    }
}
