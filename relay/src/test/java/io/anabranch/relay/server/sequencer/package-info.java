/** The order of batches, and what happens when it is full or fails. */
@NullMarked
package io.anabranch.relay.server.sequencer;

import org.jspecify.annotations.NullMarked;
