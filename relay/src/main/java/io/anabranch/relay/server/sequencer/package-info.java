/**
 * The one thread that gives commits their order: {@link io.anabranch.relay.server.sequencer.Sequencer}. What is decided
 * there is admission's; here is only the queue before it, and that many batches share a round and its sync.
 */
@NullMarked
package io.anabranch.relay.server.sequencer;

import org.jspecify.annotations.NullMarked;
