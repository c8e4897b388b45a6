package io.anabranch.bench.simulation;

import org.jspecify.annotations.Nullable;

/** One end of a stream: a session without IO, and the little that a shell does around it. */
interface Endpoint {

    /** Whether it takes another message now; if not, messages wait in the stream. */
    boolean canTake();

    /**
     * Takes a message.
     *
     * @throws RefusedException if the session refuses it; the stream ends
     */
    void receive(Pipe.Parcel parcel);

    /** The next message, null while there is none. */
    byte @Nullable [] next();

    /** Whether it has ended by itself. */
    boolean isOver();

    /** What it has refused after having taken it, null if nothing. */
    default @Nullable RuntimeException refusal() {
        return null;
    }

    /** A session has refused a message, in one of the ways it may. */
    final class RefusedException extends RuntimeException {

        private static final long serialVersionUID = 1;

        RefusedException(Throwable cause) {
            super(cause);
        }
    }
}
