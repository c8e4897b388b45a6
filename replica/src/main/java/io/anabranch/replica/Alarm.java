package io.anabranch.replica;

/** Runs something later, on the replica's thread. */
interface Alarm {

    /** Runs a task after a while, ms. */
    void after(long millis, Runnable task);
}
