package io.anabranch.bench.simulation;

/** What the network and its faults ask of a relay. */
interface RelaySide {

    /** The relay's end of a new upload. */
    Endpoint newUpload(SimulatedDevice device);

    /** The relay's end of a new download. */
    Endpoint newDownload(SimulatedDevice device);

    /** The relay's end of a new reconciliation. */
    Endpoint newReconcile(SimulatedDevice device);

    /** How often it was restored. */
    long incarnation();

    /** A copy of what is stored now is put away. */
    void backUp();

    /** All that was stored since the last backup is lost. The relay starts from that, in a new epoch, and forgets its connections. */
    void restore();

    /** The sequence of its head. */
    long headSequence();

    /** The clock that may be set wrong. */
    SimulatedClock clock();

    /** The power fails; the relay starts again from what its disk has, and forgets its connections. */
    void crash(boolean beginEpoch);
}
