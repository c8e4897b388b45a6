package io.anabranch.relay.server.grpc;

/**
 * What decides in a call. All methods run in the call's lane, on a worker, and may block; what they throw closes the call
 * with the status that {@link CallFailures} gives it.
 */
interface CallSession {

    /** The call has begun: ask for a message, or send one. */
    void begin();

    /** A message that was asked for. */
    void receive(byte[] message);

    /** The peer sends no more, told once, in answer to a request for a message. */
    default void halfClosed() {}

    /** All that was sent is on the wire. */
    default void written() {}

    /** Now and then, to look for what no event has told. */
    default void tick() {}

    /** The call has ended, for whatever reason; nothing follows. */
    default void closed() {}
}
