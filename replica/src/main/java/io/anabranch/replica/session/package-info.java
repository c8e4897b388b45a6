/**
 * The device's side of sync as state machines: messages in, messages out, no IO, no threads, no clock.
 *
 * <p>Start with {@link io.anabranch.replica.session.SyncSession}. The two sessions of a device, {@link
 * io.anabranch.replica.session.Uploader} and {@link io.anabranch.replica.session.Downloader}, share nothing but the {@link
 * io.anabranch.replica.state.ReplicaState} they work on, so neither waits for the other. Whoever drives them owns the state's
 * thread: in a device the gRPC adapter, in a simulation its scheduler.
 */
@NullMarked
package io.anabranch.replica.session;

import org.jspecify.annotations.NullMarked;
