package io.anabranch.relay.session;

import io.anabranch.relay.store.FeedMark;
import io.anabranch.relay.store.FeedSlice;
import io.anabranch.relay.store.RelayView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The feeds of several buckets as one: ascending by sequence, then by key, each pair once. Reads slices ahead, small ones if
 * there are many buckets.
 */
final class FeedMerge {

    private static final Comparator<FeedSlice.Entry> ORDER =
            Comparator.comparingLong(FeedSlice.Entry::sequence).thenComparing(FeedSlice.Entry::key);
    private static final int SLICE_MIN = 4;

    private final RelayView view;
    private final PriorityQueue<Source> sources;
    private final Collection<Long> buckets;
    private final FeedMark after;
    private boolean begun;
    private int slice;

    FeedMerge(RelayView view, Collection<Long> buckets, FeedMark after) {
        this.view = view;
        this.buckets = buckets;
        this.after = after;
        this.sources = new PriorityQueue<>(
                Math.max(1, buckets.size()), (left, right) -> ORDER.compare(left.head(), right.head()));
    }

    /** The next entries, up to a number of them; fewer only at the end. */
    List<FeedSlice.Entry> next(int wanted) {
        slice = Math.max(SLICE_MIN, wanted / Math.max(1, begun ? sources.size() : buckets.size()));
        if (!begun) {
            begun = true;
            buckets.forEach(bucket -> queue(new Source(bucket, after)));
        }
        List<FeedSlice.Entry> entries = new ArrayList<>();
        FeedSlice.Entry last = null;
        while (!sources.isEmpty()
                && (entries.size() < wanted || isSame(sources.element().head(), last))) {
            Source source = sources.remove();
            FeedSlice.Entry entry = source.take();
            if (!isSame(entry, last)) {
                entries.add(entry);
            }
            last = entry;
            queue(source);
        }
        return entries;
    }

    private void queue(Source source) {
        if (source.hasNext()) {
            sources.add(source);
        }
    }

    private static boolean isSame(FeedSlice.Entry entry, FeedSlice.@Nullable Entry other) {
        return other != null && ORDER.compare(entry, other) == 0;
    }

    private final class Source {

        private final long bucket;
        private FeedMark mark;
        private List<FeedSlice.Entry> entries = List.of();
        private int next;
        private boolean end;

        Source(long bucket, FeedMark mark) {
            this.bucket = bucket;
            this.mark = mark;
        }

        boolean hasNext() {
            if (next == entries.size() && !end) {
                FeedSlice read = view.feed(bucket, mark, slice);
                entries = read.entries();
                end = read.end();
                next = 0;
            }
            return next < entries.size();
        }

        FeedSlice.Entry head() {
            return entries.get(next);
        }

        FeedSlice.Entry take() {
            FeedSlice.Entry entry = entries.get(next++);
            mark = new FeedMark(entry.sequence(), entry.key());
            return entry;
        }
    }
}
