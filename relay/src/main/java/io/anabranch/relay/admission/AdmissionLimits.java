package io.anabranch.relay.admission;

import io.anabranch.replica.wire.WireLimits;

/**
 * What is too large, and what is too late.
 *
 * @param commitSizeMax largest body of a commit, in bytes
 * @param recordSizeMax largest state of a record, in bytes; it has to fit into a page
 * @param aheadMaxMillis how far a stamp may be ahead of the relay's clock; beyond it is clamped
 */
public record AdmissionLimits(int commitSizeMax, int recordSizeMax, long aheadMaxMillis) {

    /** 8 MiB, 8 MiB, five minutes. */
    public static final AdmissionLimits DEFAULT =
            new AdmissionLimits(WireLimits.COMMIT_SIZE_MAX, WireLimits.PAYLOAD_SIZE_MAX / 2, 300_000);

    /** Checks the ranges. */
    public AdmissionLimits {
        if (commitSizeMax < 1
                || recordSizeMax < 1
                || recordSizeMax > WireLimits.PAYLOAD_SIZE_MAX / 2
                || aheadMaxMillis < 0) {
            throw new IllegalArgumentException("a limit of admission is out of range");
        }
    }
}
