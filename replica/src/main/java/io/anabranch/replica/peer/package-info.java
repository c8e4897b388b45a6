/**
 * Sync between two devices as a state machine: messages in, messages out, no IO, no threads.
 *
 * <p>Start with {@link io.anabranch.replica.peer.PeerSession}, which both sides run. Commits travel as their authors signed them and are checked
 * by the author's key, whoever brings them. What the other side may have is decided by its <em>grant</em>, which the relay has signed ({@link
 * io.anabranch.replica.peer.GrantRules}); a commit that it may not have travels <em>sealed</em>, for the relay alone to read.
 *
 * <p>Nothing from the other side is believed: sizes and counts have limits, and a message that is malformed ends the session and leaves whole
 * batches or nothing.
 */
@NullMarked
package io.anabranch.replica.peer;

import org.jspecify.annotations.NullMarked;
