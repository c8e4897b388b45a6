package io.anabranch.relay.snapshot;

import io.anabranch.crdt.RecordKey;
import io.anabranch.relay.scope.ScopeSet;
import io.anabranch.relay.store.FeedMark;
import io.anabranch.relay.store.FeedSlice;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.StoredRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The records of some buckets in the order of their keys, and perhaps others. Feeds are in the order of changes, so either all records of
 * the store are read, or the feeds are, once for every {@value #KEYS_AT_ONCE} keys: whichever is less work.
 */
final class RecordsInOrder {

    private static final int KEYS_AT_ONCE = 100_000;
    private static final int SLICE = 2_000;

    private final ScopeSet set;
    private final boolean throughFeeds;
    private final Deque<RecordKey> keys = new ArrayDeque<>();
    private @Nullable RecordKey reached;
    private boolean over;

    RecordsInOrder(RelayView view, ScopeSet set) {
        this.set = set;
        long inBuckets = 0;
        for (long bucket : set.buckets()) {
            inBuckets += view.bucketSize(bucket).records();
        }
        long inStore = view.liveRecordsByType().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        long rounds = 1 + inBuckets / KEYS_AT_ONCE;
        // A record by its key costs some three times as much as the next one.
        this.throughFeeds = inBuckets * (rounds + 3) < inStore;
    }

    /** The next ones; empty at the end. */
    List<StoredRecord> next(RelayView view, int countMax) {
        List<StoredRecord> records = throughFeeds ? fromFeeds(view, countMax) : view.recordsAfter(reached, countMax);
        if (!throughFeeds && !records.isEmpty()) {
            reached = records.get(records.size() - 1).key();
        }
        return records;
    }

    private List<StoredRecord> fromFeeds(RelayView view, int countMax) {
        if (keys.isEmpty() && !over) {
            gather(view);
        }
        List<RecordKey> next = new ArrayList<>();
        while (!keys.isEmpty() && next.size() < countMax) {
            next.add(keys.remove());
        }
        return view.records(next).stream().flatMap(Optional::stream).toList();
    }

    /** The least keys after the last. */
    private void gather(RelayView view) {
        NavigableSet<RecordKey> least = new TreeSet<>();
        for (long bucket : set.buckets()) {
            FeedMark mark = FeedMark.after(0);
            boolean end = false;
            while (!end) {
                FeedSlice slice = view.feed(bucket, mark, SLICE);
                for (FeedSlice.Entry entry : slice.entries()) {
                    mark = new FeedMark(entry.sequence(), entry.key());
                    add(least, entry.key());
                }
                end = slice.end();
            }
        }
        over = least.size() < KEYS_AT_ONCE;
        keys.addAll(least);
        reached = least.isEmpty() ? reached : least.last();
    }

    private void add(NavigableSet<RecordKey> least, RecordKey key) {
        if (reached != null && key.compareTo(reached) <= 0) {
            return;
        }
        if (least.size() < KEYS_AT_ONCE) {
            least.add(key);
        } else if (key.compareTo(least.last()) < 0 && least.add(key)) {
            least.pollLast();
        }
    }
}
