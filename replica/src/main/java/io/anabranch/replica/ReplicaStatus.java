package io.anabranch.replica;

import io.anabranch.crdt.Position;

/**
 * Where a replica stands. Cheap to ask for, never waits.
 *
 * @param replica its id
 * @param phase what sync is doing
 * @param pending own commits that are not confirmed yet
 * @param unjudged those of them that have no verdict yet
 * @param errors own commits that were rejected and not yet dealt with
 * @param applied the relay's position that the base has
 * @param commits own commits made so far
 * @param lastSyncMillis when a sync last succeeded, ms since 1970; 0 before the first
 * @param problem why the last sync failed, empty if it did not
 */
public record ReplicaStatus(
        long replica,
        Phase phase,
        long pending,
        long unjudged,
        long errors,
        Position applied,
        long commits,
        long lastSyncMillis,
        String problem) {

    /** What sync is doing. */
    public enum Phase {
        /** Nothing; there is no live connection. */
        IDLE,
        /** On its way to the relay, or waiting to try again. */
        CONNECTING,
        /** Bringing what is new. */
        SYNCING,
        /** Connected with nothing to do. */
        LIVE
    }
}
