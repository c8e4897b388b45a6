package io.anabranch.relay.session;

import io.anabranch.crdt.Position;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.Patches;
import io.anabranch.relay.store.FeedSlice;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.StoredRecord;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fills one page from a view: what a change of scope asks for, and then the patches of the records that come next in the feeds.
 * Used once.
 *
 * <p>A page ends between two commits wherever it can. When the records of one commit alone do not fit, the page ends among them
 * and the cursor keeps the last one's key; on resuming, those that have moved on meanwhile are found further behind.
 *
 * <p>Records are read in portions that are expected to fit, by the size of those before, so memory is bounded by about a page.
 */
final class PageFill {

    private final RelayView view;
    private final PageDraft page;
    private final DownloadCursor from;

    private Holdings holdings;
    private final Standing.Judge judge;
    private @Nullable RecordKey lastKey;
    /** The sequence being given; what comes before it is complete. */
    private long openSequence;
    /** How many patches are of complete sequences. */
    private int completeCount;

    private boolean consistent;

    PageFill(RelayView view, PageLimits limits, DownloadCursor from) {
        this.view = view;
        this.page = new PageDraft(limits);
        this.from = from;
        this.holdings = from.holdings();
        this.judge = new Standing.Judge(from);
        this.openSequence = from.position().sequence() + 1;
        this.lastKey = from.within();
    }

    /**
     * Fills the page; the cursor after it.
     *
     * @param buckets of the scope set: those whose feeds may have something after the cursor
     */
    DownloadCursor fill(Collection<Long> buckets) {
        Transition transition = holdings.transition();
        if (transition != null && !transition.read()) {
            Transition reached = new TransitionReading(view, from, transition, page).read();
            holdings = holdings.with(reached);
            if (!reached.read()) {
                return from.with(holdings);
            }
            completeCount = page.count();
        }
        return catchUp(new FeedMerge(view, buckets, from.mark()));
    }

    /** Whether the page reaches the end of the feeds. */
    boolean isConsistent() {
        return consistent;
    }

    /** Whether it says nothing of any record. */
    boolean isEmpty() {
        return page.count() == 0;
    }

    Patches patches() {
        return page.build();
    }

    private DownloadCursor catchUp(FeedMerge feeds) {
        DownloadCursor reached = null;
        while (reached == null) {
            int portion = page.portion();
            List<FeedSlice.Entry> entries = feeds.next(portion);
            reached = add(entries);
            if (reached == null && entries.size() < portion) {
                consistent = true;
                reached = DownloadCursor.consistent(view.head(), Holdings.settled(holdings.target()));
            }
        }
        return reached;
    }

    /** Adds entries until the page is full: then the cursor after it. */
    private @Nullable DownloadCursor add(List<FeedSlice.Entry> entries) {
        List<StoredRecord> records = Feeds.records(view, entries);
        for (int i = 0; i < entries.size(); i++) {
            FeedSlice.Entry entry = entries.get(i);
            if (entry.sequence() != openSequence) {
                openSequence = entry.sequence();
                completeCount = page.count();
                lastKey = null;
            }
            if (page.isFull()) {
                return closed();
            }
            page.look();
            add(entry, records.get(i));
            lastKey = entry.key();
        }
        return null;
    }

    private void add(FeedSlice.Entry entry, StoredRecord record) {
        Standing standing = judge.of(record.memberships());
        long since = from.since().sequence();
        // What the device has is not put off to the later place: that may be in a bucket which goes before it is
        // reached.
        boolean has = standing.visible().any() && standing.isUpToDateAtSince();
        if (entry.sequence() < standing.place() && !has) {
            return;
        } else if (!standing.visible().any()) {
            if (standing.mayHave()) {
                page.leave(record);
            }
        } else if (!has) {
            page.whole(record, standing.visible());
        } else if (record.sequence() > since) {
            page.lacking(record, standing.visible(), since);
        }
    }

    /** The cursor of a page that has to end before an entry of the open sequence. */
    private DownloadCursor closed() {
        Position position = new Position(view.head().epoch(), openSequence - 1);
        if (completeCount == 0) {
            return new DownloadCursor(from.since(), position, lastKey, holdings);
        }
        page.cut(completeCount);
        return new DownloadCursor(from.since(), position, null, holdings);
    }
}
