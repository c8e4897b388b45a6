package io.anabranch.replica;

/** A way to sync. */
public enum SyncWay {
    /** Everything pending up and everything new down, applied as it arrives. */
    INCREMENTAL,
    /** As incremental, then each change as it is made, on either side, for as long as there is a connection. */
    LIVE
}
