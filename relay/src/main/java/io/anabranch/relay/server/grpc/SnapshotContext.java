package io.anabranch.relay.server.grpc;

import io.anabranch.relay.snapshot.FetchTurns;
import io.anabranch.relay.snapshot.Snapshots;

/**
 * What the sessions of snapshots work with.
 *
 * @param snapshots answers
 * @param hints wakes those who wait
 * @param turns admits those who fetch
 */
public record SnapshotContext(Snapshots snapshots, SnapshotHints hints, FetchTurns turns) {}
