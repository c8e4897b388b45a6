package io.anabranch.relay.session;

import io.anabranch.relay.scope.ScopeSet;
import org.jspecify.annotations.Nullable;

/**
 * Of which buckets a device has records.
 *
 * @param had of these it had all, as of the last consistent page
 * @param sure those of them that belonged to every set it was led to since: it was not told to drop anything of them
 * @param possible of these and of no others it may have some
 * @param transition the change of scope that is under way, null if there is none
 */
record Holdings(
        ScopeSet had,
        ScopeSet sure,
        ScopeSet possible,
        @Nullable Transition transition) {

    /** Of a device that has nothing. */
    static final Holdings NONE = settled(ScopeSet.EMPTY);

    /** Of a device that has a set and no more. */
    static Holdings settled(ScopeSet set) {
        return new Holdings(set, set, set, null);
    }

    /** The set that the device will have with its next consistent page. */
    ScopeSet target() {
        return transition == null ? sure : transition.target();
    }

    /** Whether some field of some record that the device may have is not shown to it. */
    boolean isRestricted() {
        return isRestricted(had) || isRestricted(possible) || isRestricted(target());
    }

    private static boolean isRestricted(ScopeSet set) {
        return set.buckets().stream().anyMatch(bucket -> !set.columns(bucket).all());
    }

    Holdings with(Transition reached) {
        return new Holdings(had, sure, possible, reached);
    }

    /**
     * On the way to a set: a change to another one that was under way is given up.
     *
     * @param head the store's sequence now
     */
    Holdings toward(ScopeSet target, long head) {
        return target().equals(target) ? this : begun(target, head);
    }

    /** On the way to the same set, but from the beginning: the feeds have changed behind the reader. */
    Holdings again(long head) {
        return transition == null ? this : begun(transition.target(), head);
    }

    private Holdings begun(ScopeSet target, long head) {
        if (transition == null) {
            return with(Transition.to(target, had, head, head));
        }
        ScopeSet left = transition.target();
        ScopeSet given = transition.read() ? left : transition.given().keptBy(left);
        Transition next = Transition.to(target, given, transition.firstBegun(), head);
        return new Holdings(had, sure.keptBy(left), possible.and(left), next);
    }
}
