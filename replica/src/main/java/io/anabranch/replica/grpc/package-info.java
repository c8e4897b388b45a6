/**
 * The sync sessions over gRPC with TLS: a thin adapter that carries messages between the network's threads and the one thread that
 * owns the replica's state.
 *
 * <p>Start with {@link io.anabranch.replica.grpc.SyncRun}, one connection's worth of sync. {@link
 * io.anabranch.replica.grpc.RelayChannel} makes the channel, {@link io.anabranch.replica.grpc.EnrolmentClient} enrols.
 */
@NullMarked
package io.anabranch.replica.grpc;

import org.jspecify.annotations.NullMarked;
