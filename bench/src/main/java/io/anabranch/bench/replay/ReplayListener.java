package io.anabranch.bench.replay;

/** What a replay tells while it runs. {@link #meeting} comes from several threads. */
interface ReplayListener {

    /** Relay and devices are being started. */
    void preparing(String step);

    /** A commit of the stream was made. */
    void committed(int done, int all, long streamMillis, String device, boolean online);

    /** A device has synced at the end. */
    void meeting(int round, int done, int all);

    /** All stores are being compared. */
    void comparing();
}
