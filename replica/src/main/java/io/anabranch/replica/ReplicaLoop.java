package io.anabranch.replica;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns a replica's state. Tasks run in the order they were given. What waits is bounded by its callers: each
 * save waits for its own, and each stream asks for its next message only when the last was taken.
 */
final class ReplicaLoop implements Executor, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ReplicaLoop.class);

    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean closed;

    ReplicaLoop() {
        thread = new Thread(this::run, "anabranch-replica");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void execute(Runnable task) {
        if (!closed) {
            tasks.add(task);
        }
    }

    /** Runs a task and waits for its answer; from the loop's own thread at once. */
    <T> T call(Callable<T> task) {
        if (Thread.currentThread() == thread) {
            return uninterrupted(task);
        }
        if (closed) {
            throw new RejectedExecutionException("the replica is closed");
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        tasks.add(() -> {
            try {
                answer.complete(task.call());
            } catch (Exception | Error e) {
                answer.completeExceptionally(e);
            }
        });
        return join(answer);
    }

    /** Waits for a future and throws what it failed with as it is. */
    static <T> T join(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                known.addSuppressed(new IllegalStateException("waited for here"));
                throw known;
            } else if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e;
        }
    }

    /** Runs what waits, then ends the thread. */
    @Override
    public void close() {
        closed = true;
        tasks.add(() -> {});
        boolean interrupted = false;
        while (thread.isAlive() && Thread.currentThread() != thread) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closed || !tasks.isEmpty()) {
            try {
                tasks.take().run();
            } catch (InterruptedException e) {
                LOG.debug("the replica's thread was interrupted; it goes on");
            } catch (RuntimeException | Error e) {
                // Without this thread every save would wait for ever.
                LOG.error("a task of the replica failed", e);
            }
        }
    }

    private static <T> T uninterrupted(Callable<T> task) {
        try {
            return task.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("a task failed", e);
        }
    }
}
