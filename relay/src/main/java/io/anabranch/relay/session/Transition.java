package io.anabranch.relay.session;

import io.anabranch.relay.scope.ScopeSet;
import io.anabranch.relay.store.FeedMark;

/**
 * How far a device's change to another scope set has come.
 *
 * @param target where it leads to
 * @param firstBegun the head's sequence when the first change since the last consistent page began
 * @param begun the head's sequence when it began: what was told on the way to the target is not older
 * @param given of these buckets everything up to the cursor's position was given
 * @param bucket the bucket whose feed is being read; those before it are read
 * @param mark how far it is read
 * @param read whether all are read and the device only has to catch up
 */
record Transition(
        ScopeSet target, ScopeSet given, long firstBegun, long begun, long bucket, FeedMark mark, boolean read) {

    static final FeedMark BEGINNING = FeedMark.after(0);

    static Transition to(ScopeSet target, ScopeSet given, long firstBegun, long begun) {
        return new Transition(target, given, firstBegun, begun, Long.MIN_VALUE, BEGINNING, false);
    }

    Transition at(long nextBucket, FeedMark nextMark) {
        return new Transition(target, given, firstBegun, begun, nextBucket, nextMark, false);
    }

    Transition allRead() {
        return new Transition(target, given, firstBegun, begun, Long.MAX_VALUE, BEGINNING, true);
    }
}
