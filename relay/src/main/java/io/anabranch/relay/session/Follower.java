package io.anabranch.relay.session;

import io.anabranch.crdt.Position;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A live download that {@link LiveFeeds} wakes. Thread-safe; the download alone takes the news and says what it follows. */
public final class Follower implements AutoCloseable {

    private final LiveFeeds feeds;
    private final Runnable wake;
    private Set<Long> followed = Set.of();
    /** Null if it may be any. */
    private @Nullable Set<Long> touched;

    private boolean closed;

    Follower(LiveFeeds feeds, Runnable wake) {
        this.feeds = feeds;
        this.wake = wake;
    }

    /**
     * What there may be to read.
     *
     * @param told up to here the buckets are told; nothing is known of what came after
     * @param buckets those with something new since they were last taken; null if it may be any
     */
    record News(Position told, @Nullable Set<Long> buckets) {}

    /** Takes the news; to be asked before the view is opened that is to show them. */
    News take() {
        Position told = feeds.told();
        synchronized (this) {
            News news = new News(told, touched);
            touched = new HashSet<>();
            return news;
        }
    }

    /** Follows these buckets from now on; what is new in them until now is not told. */
    void follow(Set<Long> buckets) {
        Set<Long> before;
        synchronized (this) {
            if (closed) {
                return;
            }
            before = followed;
            followed = Set.copyOf(buckets);
            touched = null;
        }
        feeds.refollow(this, before, buckets);
    }

    void wake() {
        wake.run();
    }

    /** A bucket has something new. */
    synchronized void touch(long bucket) {
        if (touched != null) {
            touched.add(bucket);
        }
    }

    /** Any bucket may have. */
    synchronized void touchAll() {
        touched = null;
    }

    /** Is not woken any more. Closing again does nothing. */
    @Override
    public void close() {
        Set<Long> before;
        synchronized (this) {
            closed = true;
            before = followed;
            followed = Set.of();
        }
        feeds.forget(this, before);
    }
}
