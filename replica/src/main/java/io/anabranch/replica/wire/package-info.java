/**
 * Between the messages of the wire and the types of the replica: keys, positions, deltas, compression, limits.
 *
 * <p>Everything here reads bytes from outside: what does not fit the limits or the format is a {@link
 * io.anabranch.replica.wire.MalformedMessageException}, and nothing of it is used.
 */
@NullMarked
package io.anabranch.replica.wire;

import org.jspecify.annotations.NullMarked;
