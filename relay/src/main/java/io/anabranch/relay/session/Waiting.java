package io.anabranch.relay.session;

import io.anabranch.relay.store.RelayView;

/** About how many records a device is to be given, for its progress bar. */
final class Waiting {

    private static final int COUNTED_MAX = 5_000;
    private static final int COUNTED_MIN = 100;

    private Waiting() {}

    static long estimate(RelayView view, DownloadCursor cursor) {
        Holdings holdings = cursor.holdings();
        long after = cursor.position().sequence();
        int countedMax = Math.max(
                COUNTED_MIN,
                COUNTED_MAX / Math.max(1, holdings.target().buckets().size()));
        long count = 0;
        for (long bucket : holdings.target().buckets()) {
            count += after == 0 ? view.bucketSize(bucket).records() : view.feedCountEstimate(bucket, after, countedMax);
        }
        Transition transition = holdings.transition();
        if (transition != null && !transition.read() && after > 0) {
            for (long bucket : TransitionReading.buckets(holdings, transition).tailSet(transition.bucket())) {
                count += view.bucketSize(bucket).records();
            }
        }
        return count;
    }
}
