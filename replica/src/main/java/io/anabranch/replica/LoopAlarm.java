package io.anabranch.replica;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The system's clock as an {@link Alarm}; its thread is there once something has been asked for. */
final class LoopAlarm implements Alarm, AutoCloseable {

    private final ReplicaLoop loop;
    private @Nullable ScheduledExecutorService timer;
    private boolean closed;

    LoopAlarm(ReplicaLoop loop) {
        this.loop = loop;
    }

    @Override
    public synchronized void after(long millis, Runnable task) {
        if (closed) {
            return;
        }
        ScheduledExecutorService current = timer;
        if (current == null) {
            current = Executors.newSingleThreadScheduledExecutor(LoopAlarm::daemon);
            timer = current;
        }
        var unused = current.schedule(() -> loop.execute(task), millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (timer != null) {
            timer.shutdownNow();
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "anabranch-alarm");
        thread.setDaemon(true);
        return thread;
    }
}
