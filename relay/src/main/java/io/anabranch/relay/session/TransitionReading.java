package io.anabranch.relay.session;

import io.anabranch.relay.scope.ScopeSet;
import io.anabranch.relay.store.FeedMark;
import io.anabranch.relay.store.FeedSlice;
import io.anabranch.relay.store.Memberships;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Reads the feeds of the buckets that come or go with a change of scope, one after the other, into a page.
 *
 * <p>A bucket that goes, or shows less, is read to its end: each record in it is one that the device may have to drop, in whole or
 * in part. One that comes, or shows more, is read only as far as the cursor's position: what is behind it is given when the
 * device catches up. What the device has already as it is to be is not sent.
 */
final class TransitionReading {

    private final RelayView view;
    private final DownloadCursor cursor;
    private final Transition transition;
    private final PageDraft page;
    private final Standing.Judge judge;
    private final SortedSet<Long> buckets;

    TransitionReading(RelayView view, DownloadCursor cursor, Transition transition, PageDraft page) {
        this.view = view;
        this.cursor = cursor;
        this.transition = transition;
        this.page = page;
        this.judge = new Standing.Judge(cursor);
        this.buckets = buckets(cursor.holdings(), transition);
    }

    /** The buckets that come or go. */
    static SortedSet<Long> buckets(Holdings holdings, Transition transition) {
        SortedSet<Long> buckets = new TreeSet<>(holdings.possible().buckets());
        buckets.addAll(transition.target().buckets());
        buckets.removeIf(bucket -> !goes(holdings.possible(), transition.target(), bucket)
                && !goes(transition.target(), transition.given(), bucket));
        return buckets;
    }

    /** Whether there is more of a bucket in one set than in another. */
    private static boolean goes(ScopeSet from, ScopeSet to, long bucket) {
        return !to.columns(bucket).covers(from.columns(bucket));
    }

    /** Reads until all is read or the page is full; how far it has come. */
    Transition read() {
        for (long bucket : buckets.tailSet(transition.bucket())) {
            FeedMark from = bucket == transition.bucket() ? transition.mark() : Transition.BEGINNING;
            FeedMark end = read(bucket, from);
            if (page.isFull()) {
                return transition.at(bucket, end);
            }
        }
        return transition.allRead();
    }

    /** Reads a feed to its end, or until the page is full; the mark after the last entry that was dealt with. */
    private FeedMark read(long bucket, FeedMark from) {
        boolean toItsEnd = goes(cursor.holdings().possible(), transition.target(), bucket);
        FeedMark mark = from;
        boolean over = false;
        while (!over && !page.isFull()) {
            FeedSlice slice = view.feed(bucket, mark, page.portion());
            List<FeedSlice.Entry> entries = new ArrayList<>(slice.entries());
            over = slice.end();
            if (!toItsEnd && entries.removeIf(this::comesLater)) {
                over = true;
            }
            mark = give(bucket, entries, mark);
        }
        return mark;
    }

    private boolean comesLater(FeedSlice.Entry entry) {
        FeedMark mark = cursor.mark();
        return entry.sequence() > mark.sequence()
                || (entry.sequence() == mark.sequence()
                        && mark.key() != null
                        && entry.key().compareTo(mark.key()) > 0);
    }

    private FeedMark give(long bucket, List<FeedSlice.Entry> entries, FeedMark from) {
        FeedMark mark = from;
        List<StoredRecord> records = Feeds.records(view, entries);
        for (int i = 0; i < entries.size() && !page.isFull(); i++) {
            FeedSlice.Entry entry = entries.get(i);
            page.look();
            boolean isOver = entry.left() && entry.sequence() <= cursor.since().sequence() && !cursor.isUncertain();
            if (!isOver && !isGiven(records.get(i).memberships(), bucket)) {
                give(records.get(i));
            }
            mark = new FeedMark(entry.sequence(), entry.key());
        }
        return mark;
    }

    private void give(StoredRecord record) {
        Standing standing = judge.of(record.memberships());
        if (!standing.mayHave() || standing.isUpToDateAtSince()) {
            return;
        } else if (standing.visible().any()) {
            page.whole(record, standing.visible());
        } else {
            page.leave(record);
        }
    }

    /** Whether the record was met in the feed of a bucket before, or is met when the device catches up. */
    private boolean isGiven(Memberships memberships, long bucket) {
        for (Memberships.Membership other : memberships.all()) {
            if (other.bucket() >= bucket) {
                return false;
            } else if (!other.left()
                    && other.entered() <= cursor.position().sequence()
                    && buckets.contains(other.bucket())) {
                return true;
            }
        }
        return false;
    }
}
