/**
 * Replays a stream of recorded edits: every editor gets devices of their own, works on them at the stream's time, with or without a network,
 * and at the end all devices and the relay must hold the same bytes.
 *
 * <p>Start with {@link io.anabranch.bench.replay.Replay}. Relay and devices are real: stores on disk, gRPC over TLS on loopback.
 */
@NullMarked
package io.anabranch.bench.replay;

import org.jspecify.annotations.NullMarked;
