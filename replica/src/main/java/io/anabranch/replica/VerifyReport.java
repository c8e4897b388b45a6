package io.anabranch.replica;

import io.anabranch.replica.session.ReconcileCounts;

/**
 * What comparing a replica with its relay has found.
 *
 * @param differing records that differed at all, those included that were just changing
 * @param repaired records that were wrong here and are now as the relay has them
 * @param lackedByRelay records of which the relay lacks what it had confirmed; they were left as they are
 */
public record VerifyReport(long differing, long repaired, long lackedByRelay) {

    static VerifyReport of(ReconcileCounts counts) {
        return new VerifyReport(counts.differing(), counts.replaced(), counts.lackedByRelay());
    }
}
