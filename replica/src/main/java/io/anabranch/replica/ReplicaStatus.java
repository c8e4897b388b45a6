package io.anabranch.replica;

import io.anabranch.crdt.Position;
import io.anabranch.replica.state.Waiting;
import io.anabranch.replica.tracking.NetworkKind;
import java.util.Map;

/**
 * Where a replica stands: all that a screen shows of sync. Cheap to ask for, never waits; {@link Replica#onStatus} tells when it changes.
 *
 * @param replica its id
 * @param phase what sync is doing
 * @param step how far it is with that
 * @param pending own commits that are not confirmed yet
 * @param unjudged those of them that have no verdict yet
 * @param errors own commits that were rejected and not yet dealt with
 * @param applied the relay's position that the base has
 * @param commits own commits made so far
 * @param lastSyncMillis when a sync last succeeded, ms since 1970; 0 before the first
 * @param succeededMillis the same for each way
 * @param isOverdue whether that is longer ago than it may be
 * @param problem why the last sync failed, empty if it did not
 * @param waiting what is staged and can be applied
 * @param network what the application said of the network
 */
public record ReplicaStatus(
        long replica,
        Phase phase,
        Step step,
        long pending,
        long unjudged,
        long errors,
        Position applied,
        long commits,
        long lastSyncMillis,
        Map<SyncWay, Long> succeededMillis,
        boolean isOverdue,
        String problem,
        Waiting waiting,
        NetworkKind network) {

    /** What sync is doing, or what there is to be said while it does nothing. */
    public enum Phase {
        /** Nothing; there is no live connection. */
        IDLE,
        /** On its way to the relay, or waiting to try again. */
        CONNECTING,
        /** Sending what is pending; the step says how many commits of how many have their verdict. What is new comes at the same time. */
        UPLOADING,
        /** Waiting for the relay to make a snapshot; the step says how many records of about how many are in it. */
        PREPARING,
        /** Bringing what is new; the step says how many records of about how many have come. */
        DOWNLOADING,
        /** Connected with nothing to do. */
        LIVE,
        /** Making what is staged the records that the application sees. */
        APPLYING,
        /** Nothing; something is staged and can be applied. */
        STAGED,
        /** Nothing; the last sync failed, and the problem says why. */
        ERROR,
        /** Nothing; the last sync is longer ago than it may be. */
        OVERDUE
    }

    /**
     * How far something is.
     *
     * @param done how much of it
     * @param of how much there is, at least {@code done}; 0 if there is nothing to count
     */
    public record Step(long done, long of) {

        /** Nothing to count. */
        public static final Step NONE = new Step(0, 0);
    }

    /** Someone listens; close it to stop. */
    public interface Listening extends AutoCloseable {

        /** No call begins after this returns, but for one that is running. */
        @Override
        void close();
    }

    /** Copies the map. */
    public ReplicaStatus {
        succeededMillis = Map.copyOf(succeededMillis);
    }
}
