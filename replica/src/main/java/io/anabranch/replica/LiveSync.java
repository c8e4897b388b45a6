package io.anabranch.replica;

import io.anabranch.replica.grpc.RelayChannel;
import io.anabranch.replica.grpc.SyncRun;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Keeps a replica connected: one lasting run after another, with a jittered, growing pause after each that was cut. */
final class LiveSync implements AutoCloseable {

    private static final long PAUSE_MIN_MILLIS = 200;
    private static final long PAUSE_MAX_MILLIS = 60_000;

    private final Supplier<RelayChannel> channels;
    private final Starter starter;
    private final ReplicaLoop loop;
    private final RandomGenerator random = RandomGenerator.getDefault();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(LiveSync::daemon);
    private long pauseMillis = PAUSE_MIN_MILLIS;
    private @Nullable SyncRun run;
    private @Nullable RelayChannel channel;
    private boolean closed;

    /** Makes and starts a lasting run on a channel. */
    interface Starter {
        SyncRun start(RelayChannel channel);
    }

    LiveSync(Supplier<RelayChannel> channels, Starter starter, ReplicaLoop loop) {
        this.channels = channels;
        this.starter = starter;
        this.loop = loop;
    }

    /** On the loop, as the others but {@link #close}. */
    void connect() {
        if (closed) {
            return;
        }
        RelayChannel opened = channels.get();
        channel = opened;
        SyncRun started = starter.start(opened);
        run = started;
        var unused = started.result().whenComplete((done, failure) -> loop.execute(() -> cut(opened, started)));
    }

    void committed() {
        SyncRun current = run;
        if (current != null) {
            current.committed();
        }
    }

    /** Whether the relay has answered on the current connection. */
    boolean isConnected() {
        SyncRun current = run;
        return current != null && current.isWelcome();
    }

    /** Whether the current connection has brought all there was. */
    boolean isCaughtUp() {
        SyncRun current = run;
        return current != null && current.isCaughtUp();
    }

    @Override
    public void close() {
        loop.call(() -> {
            closed = true;
            if (run != null) {
                run.cancel();
            }
            if (channel != null) {
                channel.close();
            }
            return true;
        });
        timer.shutdownNow();
    }

    private void cut(RelayChannel opened, SyncRun ended) {
        opened.close();
        pauseMillis = ended.isCaughtUp() ? PAUSE_MIN_MILLIS : Math.min(PAUSE_MAX_MILLIS, 2 * pauseMillis);
        if (!closed) {
            run = null;
            long jittered = pauseMillis / 2 + random.nextLong(pauseMillis);
            var unused = timer.schedule(() -> loop.execute(this::connect), jittered, TimeUnit.MILLISECONDS);
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "anabranch-reconnect");
        thread.setDaemon(true);
        return thread;
    }
}
