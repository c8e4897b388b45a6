package io.anabranch.relay.session;

import io.anabranch.crdt.Position;
import io.anabranch.relay.scope.ScopeSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which of a download's buckets are worth reading: those with news since its last consistent page, if the news are certain to
 * be all there are, and otherwise all.
 */
final class NewsDesk {

    private final @Nullable Follower follower;
    private ScopeSet set = ScopeSet.EMPTY;
    /** Not yet read; null if it may be any. */
    private @Nullable Set<Long> unread;

    private @Nullable Position told;

    NewsDesk(@Nullable Follower follower) {
        this.follower = follower;
    }

    /** Takes what has come, for the buckets of a set. To be called before the view is opened. */
    void take(ScopeSet target) {
        if (follower == null) {
            set = target;
            return;
        }
        if (!set.equals(target)) {
            set = target;
            follower.follow(target.buckets());
            unread = null;
        }
        Follower.News news = follower.take();
        told = news.told();
        Set<Long> more = news.buckets();
        if (more == null) {
            unread = null;
        } else if (unread != null) {
            unread.addAll(more);
        }
    }

    /** The buckets that may have something new in a view. */
    Collection<Long> worthReading(Position head) {
        if (unread == null || !head.equals(told)) {
            return set.buckets();
        }
        Set<Long> worth = new HashSet<>(unread);
        worth.retainAll(set.buckets());
        return worth;
    }

    /** All of the view was read. */
    void read() {
        unread = follower == null ? null : new HashSet<>();
    }
}
