package io.anabranch.relay.server;

import io.anabranch.relay.server.grpc.SnapshotHints;
import io.anabranch.relay.snapshot.Snapshots;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The thread that makes snapshots, one after the other; it tells those who wait how it is getting on. */
final class SnapshotMaker implements SnapshotHints, AutoCloseable {

    private static final long HINT_NANOS = 250_000_000;
    private static final long SWEEP_SECONDS = 60;
    private static final long FAREWELL_MILLIS = 5_000;

    private final Snapshots snapshots;
    private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();
    private final Semaphore wanted = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closed;

    SnapshotMaker(Snapshots snapshots) {
        this.snapshots = snapshots;
        this.thread = new Thread(this::run, "relay-snapshots");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void listen(Runnable listener) {
        listeners.add(listener);
        wanted.release();
    }

    @Override
    public void ignore(Runnable listener) {
        listeners.remove(listener);
    }

    private void run() {
        try {
            while (!closed) {
                long hinted = System.nanoTime();
                while (!closed && snapshots.work()) {
                    if (System.nanoTime() - hinted > HINT_NANOS) {
                        hint();
                        hinted = System.nanoTime();
                    }
                }
                hint();
                if (!wanted.tryAcquire(SWEEP_SECONDS, TimeUnit.SECONDS)) {
                    snapshots.sweep();
                }
                wanted.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void hint() {
        listeners.forEach(Runnable::run);
    }

    @Override
    public void close() {
        closed = true;
        wanted.release();
        try {
            thread.join(FAREWELL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
