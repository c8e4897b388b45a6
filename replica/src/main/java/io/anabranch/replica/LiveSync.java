package io.anabranch.replica;

import io.anabranch.replica.grpc.SyncException;
import io.anabranch.replica.tracking.NetworkKind;
import io.anabranch.replica.tracking.Pauses;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a replica connected: one link after another, with a jittered, growing pause after each that was cut. While there is no network
 * nothing is tried; when there is one again it is tried at once. On the replica's thread.
 */
final class LiveSync {

    private final Link.Maker links;
    private final Pauses pauses;
    private final Alarm alarm;
    private final Executor loop;
    private @Nullable Link link;
    private long pausedMillis;
    private long attempts;
    /** Tells an alarm that is still wanted from one that is not. */
    private long round;

    private boolean closed;
    private boolean held;

    LiveSync(Link.Maker links, Pauses pauses, Alarm alarm, Executor loop) {
        this.links = links;
        this.pauses = pauses;
        this.alarm = alarm;
        this.loop = loop;
    }

    void connect() {
        if (closed || held || link != null || links.network() == NetworkKind.NONE) {
            return;
        }
        round++;
        Link opened = links.connect(pausedMillis, attempts);
        link = opened;
        var unused = opened.ended().whenComplete((done, failure) -> loop.execute(() -> cut(opened, failure)));
    }

    void committed() {
        if (link != null) {
            link.committed();
        }
    }

    /** The network is another one: what failed before may work now. */
    void networkChanged() {
        if (link == null) {
            pauses.reset();
            connect();
        }
    }

    /** Whether the current connection fills an empty store. */
    boolean isFilling() {
        return link != null && link.isFilling();
    }

    /** Whether the relay has answered on the current connection. */
    boolean isConnected() {
        return link != null && link.isWelcome();
    }

    /** Whether the current connection has brought all there was. */
    boolean isCaughtUp() {
        return link != null && link.isCaughtUp();
    }

    /** Ends the connection, and makes none until {@link #release}. */
    void hold() {
        held = true;
        if (link != null) {
            link.close();
        }
    }

    /** Connects again. */
    void release() {
        if (held) {
            held = false;
            pauses.reset();
            connect();
        }
    }

    void close() {
        closed = true;
        if (link != null) {
            link.close();
        }
    }

    private void cut(Link ended, @Nullable Throwable failure) {
        ended.close();
        link = null;
        if (closed) {
            return;
        }
        if (ended.isWelcome()) {
            pausedMillis = 0;
            attempts = 0;
        }
        if (ended.isCaughtUp()) {
            pauses.reset();
        } else if (isRefusal(failure)) {
            pauses.refused();
        }
        if (ended.isFilling() && failure == null) {
            connect();
            return;
        }
        attempts++;
        long pause = pauses.next();
        pausedMillis += pause;
        long wanted = round;
        alarm.after(pause, () -> {
            if (round == wanted) {
                connect();
            }
        });
    }

    private static boolean isRefusal(@Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        return cause instanceof SyncException known
                && switch (known.code()) {
                    case NOT_ENROLLED, REVOKED, REFUSED -> true;
                    default -> false;
                };
    }
}
