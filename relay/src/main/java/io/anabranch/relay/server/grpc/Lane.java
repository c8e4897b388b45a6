package io.anabranch.relay.server.grpc;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the tasks of one call on a shared pool, one at a time and in order. Thread-safe. It gives the pool back after a few
 * tasks, so that a busy call does not keep others waiting.
 */
final class Lane implements Executor {

    private static final int TASKS_PER_TURN_MAX = 16;

    private final Executor pool;
    private final Consumer<Throwable> failed;
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private boolean running;

    /** A lane on a pool; what a task throws goes to {@code failed}, on the same thread. */
    Lane(Executor pool, Consumer<Throwable> failed) {
        this.pool = pool;
        this.failed = failed;
    }

    @Override
    public void execute(Runnable task) {
        synchronized (tasks) {
            tasks.add(task);
            if (running) {
                return;
            }
            running = true;
        }
        pool.execute(this::turn);
    }

    private void turn() {
        for (int count = 0; count < TASKS_PER_TURN_MAX; count++) {
            Runnable task = next();
            if (task == null) {
                return;
            }
            run(task);
        }
        pool.execute(this::turn);
    }

    private @Nullable Runnable next() {
        synchronized (tasks) {
            Runnable task = tasks.poll();
            running = task != null;
            return task;
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            failed.accept(e);
        }
    }
}
