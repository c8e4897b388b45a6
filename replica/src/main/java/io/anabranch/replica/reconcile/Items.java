package io.anabranch.replica.reconcile;

import org.jspecify.annotations.Nullable;

/**
 * What one side holds: states by key. Called on the thread that compares; may wait for the disk and fail as its store does.
 * Between two walks the items may change: what changes meanwhile may be found different or not.
 */
public interface Items {

    /**
     * Walks over a range, ascending by the unsigned bytes of the keys; the caller closes the walk.
     *
     * @param from the least key wanted
     * @param end the first key no longer wanted, null for none
     */
    Walk walk(byte[] from, byte @Nullable [] end);

    /** A walk, before its first item to begin with. For one thread. */
    interface Walk extends AutoCloseable {

        /** Moves to the next item; false when there is none. */
        boolean next();

        /** Its key, not to be changed. */
        byte[] key();

        /** Its state, not to be changed: equal for equal states. */
        byte[] state();

        /** Releases what the walk holds. */
        @Override
        void close();
    }
}
