package io.anabranch.relay.server.sequencer;

import io.anabranch.relay.admission.Round;

/**
 * Something other than commits that is to be done in a round, such as states that a device offers back. All methods are called on the
 * sequencer's thread and return at once; after {@link #run} either of the others is called, once.
 */
public interface RoundTask {

    /** Does it; nothing of it is durable yet. Must not throw but for a bug. */
    void run(Round round);

    /** The round is durable. */
    void done();

    /** The round was not stored, or was not begun. */
    void failed(RuntimeException why);
}
