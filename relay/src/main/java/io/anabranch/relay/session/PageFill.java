package io.anabranch.relay.session;

import io.anabranch.crdt.FieldName;
import io.anabranch.crdt.Position;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.Patch;
import io.anabranch.proto.Patches;
import io.anabranch.relay.store.FeedMark;
import io.anabranch.relay.store.FeedSlice;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Fills one page from a view: the patches of the records that come next in a feed. Used once.
 *
 * <p>A page ends between two commits wherever it can. When the records of one commit alone do not fit, the page ends among them
 * and the cursor keeps the last one's key; on resuming, those that have moved on meanwhile are found further behind.
 *
 * <p>Records are read in portions that are expected to fit, by the size of those before, so memory is bounded by about a page.
 */
final class PageFill {

    private static final int FIRST_PORTION = 8;
    private static final int PORTION_MAX = 512;

    private final RelayView view;
    private final long bucket;
    private final PageLimits limits;
    private final DownloadCursor from;

    private final List<Patch> patches = new ArrayList<>();
    private long size;
    private @Nullable RecordKey lastKey;
    /** The sequence being given; what comes before it is complete. */
    private long openSequence;
    /** How many patches are of complete sequences. */
    private int completeCount;

    private @Nullable DownloadCursor end;
    private boolean consistent;

    PageFill(RelayView view, long bucket, PageLimits limits, DownloadCursor from) {
        this.view = view;
        this.bucket = bucket;
        this.limits = limits;
        this.from = from;
        this.openSequence = from.position().sequence() + 1;
    }

    /** Fills the page; the cursor after it. */
    DownloadCursor fill() {
        FeedMark mark = from.mark();
        while (end == null) {
            FeedSlice slice = view.feed(bucket, mark, portion());
            add(slice.entries());
            if (end == null && slice.end()) {
                end = DownloadCursor.consistent(view.head());
                consistent = true;
            } else if (end == null) {
                mark = new FeedMark(openSequence, lastKey);
            }
        }
        return end;
    }

    /** Whether the page reaches the end of the feed. */
    boolean isConsistent() {
        return consistent;
    }

    Patches patches() {
        return Patches.newBuilder().addAllPatch(patches).build();
    }

    private void add(List<FeedSlice.Entry> entries) {
        List<Optional<StoredRecord>> records =
                view.records(entries.stream().map(FeedSlice.Entry::key).toList());
        for (int i = 0; i < entries.size() && end == null; i++) {
            FeedSlice.Entry entry = entries.get(i);
            if (entry.sequence() != openSequence) {
                openSequence = entry.sequence();
                completeCount = patches.size();
            }
            if (isFull()) {
                end = closed();
            } else {
                add(records.get(i)
                        .orElseThrow(() -> new IllegalStateException("a feed names a record that is not stored")));
            }
        }
    }

    private void add(StoredRecord record) {
        StoredRecord.Patch lacking = record.patch(from.since().sequence());
        Patch.Builder patch = Patch.newBuilder()
                .setType(record.key().type())
                .setId(record.key().id())
                .setState(lacking.state());
        for (FieldName gone : lacking.gone()) {
            patch.addGone(io.anabranch.proto.FieldName.newBuilder()
                    .setName(gone.name())
                    .setKind(gone.kind().code()));
        }
        Patch built = patch.build();
        patches.add(built);
        size += built.getSerializedSize();
        lastKey = record.key();
    }

    private boolean isFull() {
        return !patches.isEmpty() && (patches.size() >= limits.patchesMax() || size >= limits.sizeTarget());
    }

    /** The cursor of a page that has to end before an entry of the open sequence. */
    private DownloadCursor closed() {
        Position position = new Position(view.head().epoch(), openSequence - 1);
        if (completeCount == 0) {
            return new DownloadCursor(from.since(), position, lastKey);
        }
        patches.subList(completeCount, patches.size()).clear();
        return new DownloadCursor(from.since(), position, null);
    }

    private int portion() {
        if (patches.isEmpty()) {
            return FIRST_PORTION;
        }
        long room = (limits.sizeTarget() - size) / Math.max(1, size / patches.size());
        return (int) Math.max(1, Math.min(PORTION_MAX, room + 1));
    }
}
