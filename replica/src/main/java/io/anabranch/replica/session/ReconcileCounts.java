package io.anabranch.replica.session;

/**
 * What a reconciliation has found and done.
 *
 * @param differing records that differed, those included that were just moving
 * @param offered records of which the relay has learnt something
 * @param replaced records whose base was replaced by the relay's state
 * @param lackedByRelay records of which the relay lacks something that it had confirmed; they were left as they are
 */
public record ReconcileCounts(long differing, long offered, long replaced, long lackedByRelay) {

    /** Nothing yet. */
    public static final ReconcileCounts NONE = new ReconcileCounts(0, 0, 0, 0);

    ReconcileCounts differing(long more) {
        return new ReconcileCounts(differing + more, offered, replaced, lackedByRelay);
    }

    ReconcileCounts offered(long more) {
        return new ReconcileCounts(differing, offered + more, replaced, lackedByRelay);
    }

    ReconcileCounts replaced(long more) {
        return new ReconcileCounts(differing, offered, replaced + more, lackedByRelay);
    }

    ReconcileCounts lacked(long more) {
        return new ReconcileCounts(differing, offered, replaced, lackedByRelay + more);
    }
}
