package io.anabranch.replica.session;

import org.jspecify.annotations.Nullable;

/**
 * One stream to the relay, over any number of connections.
 *
 * <p>The driver calls {@link #open} when a connection stands, then {@link #next} whenever the transport can take a message, until
 * it answers null, and again after anything has happened; {@link #receive} for each message that arrives. When a connection is
 * lost it opens the next one: the session goes on from what the state holds. All calls come from the thread that owns the state.
 *
 * @param <Q> what the device sends
 * @param <R> what the relay sends
 */
public interface SyncSession<Q, R> {

    /** A new connection: forgets what was under way on the last one. */
    void open();

    /** The next message to send, null while there is none. */
    @Nullable
    Q next();

    /**
     * Takes a message.
     *
     * @throws io.anabranch.replica.wire.MalformedMessageException if it is malformed or out of turn; the driver ends the connection,
     *     and nothing was changed
     */
    void receive(R message);
}
