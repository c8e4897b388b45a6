package io.anabranch.replica;

import io.anabranch.replica.grpc.SyncException;
import io.anabranch.replica.state.ReplicaState;
import io.anabranch.replica.state.Waiting;
import io.anabranch.replica.tracking.NetworkKind;
import io.anabranch.replica.tracking.SyncSettings;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the replica stands, and who wants to know. On the replica's thread; listeners are called on another one, and are told the latest. */
final class StatusBoard {

    private static final Logger LOG = LoggerFactory.getLogger(StatusBoard.class);

    private final ReplicaState state;
    private final SyncMemory memory;
    private final SyncSettings settings;
    private final LongSupplier wallMillis;
    private final List<Consumer<ReplicaStatus>> listeners = new CopyOnWriteArrayList<>();
    /** Read by other threads too. */
    private volatile NetworkKind network = NetworkKind.UNKNOWN;

    private boolean enrolled;
    private @Nullable ReplicaStatus told;
    /** What is to be told; guarded by this. */
    private @Nullable ReplicaStatus next;

    /** What is under way. */
    record Activity(ReplicaStatus.Phase phase, ReplicaStatus.Step step) {

        static final Activity NOTHING = new Activity(ReplicaStatus.Phase.IDLE, ReplicaStatus.Step.NONE);
    }

    StatusBoard(ReplicaState state, SyncMemory memory, SyncSettings settings, LongSupplier wallMillis) {
        this.state = state;
        this.memory = memory;
        this.settings = settings;
        this.wallMillis = wallMillis;
    }

    /** Only what is enrolled can be overdue. */
    void enrolled(boolean isEnrolled) {
        enrolled = isEnrolled;
    }

    NetworkKind network() {
        return network;
    }

    void network(NetworkKind kind) {
        network = kind;
    }

    void succeeded(SyncWay way) {
        memory.succeeded(way, wallMillis.getAsLong());
    }

    /** A run has ended before its goal; that it was cancelled is no problem. */
    void failed(Throwable failure) {
        if (!(failure instanceof SyncException known) || known.code() != SyncException.Code.CANCELLED) {
            memory.failed(String.valueOf(failure.getMessage()));
        }
    }

    ReplicaStatus status(Activity activity) {
        Waiting waiting = state.waiting();
        boolean overdue = enrolled && settings.isOverdue(memory.lastSuccessMillis(), wallMillis.getAsLong());
        return new ReplicaStatus(
                state.replica(),
                activity.phase == ReplicaStatus.Phase.IDLE ? resting(waiting, overdue) : activity.phase,
                activity.step,
                state.pendingCount(),
                state.unjudgedCount(),
                state.errorCount(),
                state.appliedPosition(),
                state.lastSeq(),
                memory.lastSuccessMillis(),
                memory.succeededMillis(),
                overdue,
                memory.problem(),
                waiting,
                network);
    }

    private ReplicaStatus.Phase resting(Waiting waiting, boolean overdue) {
        if (!memory.problem().isEmpty()) {
            return ReplicaStatus.Phase.ERROR;
        } else if (waiting.isReady()) {
            return ReplicaStatus.Phase.STAGED;
        }
        return overdue ? ReplicaStatus.Phase.OVERDUE : ReplicaStatus.Phase.IDLE;
    }

    /** Any thread. */
    void listen(Consumer<ReplicaStatus> listener) {
        listeners.add(listener);
    }

    /** Any thread. */
    void ignore(Consumer<ReplicaStatus> listener) {
        listeners.remove(listener);
    }

    boolean isWatched() {
        return !listeners.isEmpty();
    }

    /** Someone new listens, who has not heard what the others have. */
    void toldNothing() {
        told = null;
    }

    /** Tells a status that differs from the last; of several that come faster than they are taken, the last. */
    void tell(ReplicaStatus status, Executor executor) {
        if (status.equals(told)) {
            return;
        }
        told = status;
        synchronized (this) {
            boolean waits = next != null;
            next = status;
            if (waits) {
                return;
            }
        }
        executor.execute(this::deliver);
    }

    private void deliver() {
        ReplicaStatus status;
        synchronized (this) {
            status = next;
            next = null;
        }
        for (Consumer<ReplicaStatus> listener : listeners) {
            try {
                if (status != null) {
                    listener.accept(status);
                }
            } catch (RuntimeException e) {
                LOG.error("a listener of the status failed; it is called again", e);
            }
        }
    }
}
