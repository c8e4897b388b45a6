package io.anabranch.relay.server.grpc;

/** Tells those who wait for a snapshot that it may be made, or is getting on; now and then, and when it is done. Thread-safe. */
public interface SnapshotHints {

    /** Calls back from now on, on a thread that must not be kept; and has what is wanted made. */
    void listen(Runnable listener);

    /** Calls back no more. */
    void ignore(Runnable listener);
}
