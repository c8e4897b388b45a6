package io.anabranch.relay.session;

import io.anabranch.crdt.Position;
import io.anabranch.relay.scope.Scopes;
import io.anabranch.relay.store.RelayStore;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Wakes the live downloads that a round concerns: those that follow a bucket with something new, and the author's own. A round
 * costs those it wakes and no others. It also tells a download which of its buckets can have something new, so that it need not
 * look into the others.
 *
 * <p>For each download it keeps which buckets it follows and which of them have news, some 100 bytes a bucket. Thread-safe;
 * the rounds come on the appender's thread.
 */
public final class LiveFeeds implements Scopes.Listener, AutoCloseable {

    private final RelayStore.Subscription subscription;
    private final Map<Long, Set<Follower>> byBucket = new ConcurrentHashMap<>();
    private final Map<Long, Set<Follower>> byReplica = new ConcurrentHashMap<>();
    private final Map<String, Set<Follower>> byUser = new ConcurrentHashMap<>();
    private final Map<Follower, Scopes.Reader> readers = new ConcurrentHashMap<>();
    /** What was appended up to here has been told to those it concerns. */
    private volatile Position told;

    /** Follows a store until it is closed. */
    public LiveFeeds(RelayStore store) {
        this.told = store.head();
        this.subscription = store.onAppend(this::appended);
    }

    /**
     * A download that wants to be woken.
     *
     * @param wake called when there may be something to say, on any thread: returns at once and does not throw
     */
    public Follower follow(Scopes.Reader reader, Runnable wake) {
        Follower follower = new Follower(this, wake);
        readers.put(follower, reader);
        add(byReplica, reader.replica(), follower);
        add(byUser, reader.user(), follower);
        return follower;
    }

    /** The scope sets of a user's devices may have changed: their downloads look again. */
    @Override
    public void scopesChanged(String user) {
        byUser.getOrDefault(user, Set.of()).forEach(Follower::wake);
    }

    /** The scope sets of everyone may have changed. */
    @Override
    public void scopesChanged() {
        readers.keySet().forEach(Follower::wake);
    }

    private void appended(RelayStore.Appended what) {
        Set<Follower> concerned = new HashSet<>();
        if (!what.known()) {
            readers.keySet().forEach(Follower::touchAll);
            concerned.addAll(readers.keySet());
        }
        for (long bucket : what.buckets()) {
            for (Follower follower : byBucket.getOrDefault(bucket, Set.of())) {
                follower.touch(bucket);
                concerned.add(follower);
            }
        }
        for (long replica : what.replicas()) {
            concerned.addAll(byReplica.getOrDefault(replica, Set.of()));
        }
        told = what.head();
        concerned.forEach(Follower::wake);
    }

    Position told() {
        return told;
    }

    void refollow(Follower follower, Set<Long> before, Set<Long> now) {
        now.forEach(bucket -> add(byBucket, bucket, follower));
        before.stream().filter(bucket -> !now.contains(bucket)).forEach(bucket -> remove(byBucket, bucket, follower));
    }

    void forget(Follower follower, Set<Long> followed) {
        followed.forEach(bucket -> remove(byBucket, bucket, follower));
        Scopes.Reader reader = readers.remove(follower);
        if (reader != null) {
            remove(byReplica, reader.replica(), follower);
            remove(byUser, reader.user(), follower);
        }
    }

    /** Wakes nobody any more. */
    @Override
    public void close() {
        subscription.close();
    }

    private static <K> void add(Map<K, Set<Follower>> followers, K key, Follower follower) {
        followers.compute(key, (same, before) -> {
            Set<Follower> now = before == null ? ConcurrentHashMap.newKeySet() : before;
            now.add(follower);
            return now;
        });
    }

    private static <K> void remove(Map<K, Set<Follower>> followers, K key, Follower follower) {
        followers.computeIfPresent(key, (same, before) -> {
            before.remove(follower);
            return before.isEmpty() ? null : before;
        });
    }
}
