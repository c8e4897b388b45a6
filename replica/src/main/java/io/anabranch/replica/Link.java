package io.anabranch.replica;

import io.anabranch.replica.tracking.NetworkKind;
import java.util.concurrent.CompletableFuture;

/** One connection to the relay that is meant to last. On the replica's thread. */
interface Link {

    /** Completes, exceptionally, when the connection has ended; on any thread. */
    CompletableFuture<Void> ended();

    /** Whether the relay has answered. */
    boolean isWelcome();

    /** Whether it has brought all there was. */
    boolean isCaughtUp();

    /** Whether it fills an empty store, and ends when that is done. */
    default boolean isFilling() {
        return false;
    }

    /** A commit was made. */
    void committed();

    /** Ends it. */
    void close();

    /** Makes links. */
    interface Maker {

        /**
         * Starts a connection.
         *
         * @param pausedMillis how long was waited since the last
         * @param attempts how many failed since the last that the relay answered
         */
        Link connect(long pausedMillis, long attempts);

        /** What network there is. */
        NetworkKind network();
    }
}
