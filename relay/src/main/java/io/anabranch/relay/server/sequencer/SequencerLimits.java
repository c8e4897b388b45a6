package io.anabranch.relay.server.sequencer;

/**
 * How much waits, and how much goes into one round.
 *
 * @param waitingBatchesMax most batches that wait
 * @param waitingSizeMax bytes of batches at which no more are taken
 * @param roundCommitsMax commits at which a round is closed
 * @param roundSizeMax bytes at which a round is closed
 */
public record SequencerLimits(int waitingBatchesMax, long waitingSizeMax, int roundCommitsMax, long roundSizeMax) {

    /** 1,000 batches or 64 MiB wait; 5,000 commits or 8 MiB make a round. */
    public static final SequencerLimits DEFAULT = new SequencerLimits(1_000, 64 << 20, 5_000, 8 << 20);

    /** Checks the ranges. */
    public SequencerLimits {
        if (waitingBatchesMax < 1 || waitingSizeMax < 1 || roundCommitsMax < 1 || roundSizeMax < 1) {
            throw new IllegalArgumentException("a limit of the sequencer is out of range");
        }
    }
}
