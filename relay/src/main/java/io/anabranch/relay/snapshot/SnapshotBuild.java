package io.anabranch.relay.snapshot;

import com.google.protobuf.ByteString;
import io.anabranch.crdt.Position;
import io.anabranch.proto.SnapshotManifest;
import io.anabranch.proto.SnapshotSegment;
import io.anabranch.relay.scope.Columns;
import io.anabranch.relay.scope.ScopeSet;
import io.anabranch.relay.store.Memberships;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.StoredRecord;
import io.anabranch.replica.refresh.SegmentWriter;
import io.anabranch.replica.refresh.SnapshotManifests;
import io.anabranch.replica.wire.Positions;
import io.anabranch.replica.wire.RecordKeys;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A snapshot that is being made, a portion at a time. In memory it has one segment and a portion of records. One thread at a time. */
final class SnapshotBuild {

    private final RelayStore store;
    private final ScopeSet set;
    private final SegmentFiles files;
    private final SnapshotLimits limits;
    private final SnapshotManifest.Builder manifest = SnapshotManifest.newBuilder();
    private final Position position;
    private final RecordsInOrder source;
    private final long expected;
    private SegmentWriter segment = new SegmentWriter();
    private final AtomicLong records = new AtomicLong();
    private final Map<String, Long> byType = new HashMap<>();
    private long size;

    SnapshotBuild(RelayStore store, ScopeSet set, SegmentFiles files, SnapshotLimits limits) {
        this.store = store;
        this.set = set;
        this.files = files;
        this.limits = limits;
        try (RelayView view = store.view()) {
            this.position = view.head();
            this.source = new RecordsInOrder(view, set);
            this.expected = SharedSets.records(view, set);
        }
        // The same set at the same position is the same snapshot, whoever makes it.
        byte[] name = (position + " " + set).getBytes(StandardCharsets.UTF_8);
        manifest.setLayout(SnapshotManifests.LAYOUT)
                .setId(ByteString.copyFrom(SnapshotManifests.sha256(name), 0, SnapshotManifests.ID_SIZE))
                .setStoreId(ByteString.copyFrom(store.storeId()))
                .setPosition(Positions.toMessage(position))
                .setScope(set.hash());
    }

    /**
     * Does a portion.
     *
     * @return the manifest when all is done, null before; without the times
     * @throws SnapshotTooLargeException if it takes more than the disk has for it
     */
    SnapshotManifest.@Nullable Builder step() {
        List<StoredRecord> portion;
        try (RelayView view = store.view()) {
            portion = source.next(view, limits.portion());
        }
        portion.forEach(this::add);
        if (!portion.isEmpty()) {
            return null;
        }
        close();
        return manifest.putAllRecordsByType(byType);
    }

    long records() {
        return records.get();
    }

    long expected() {
        return Math.max(expected, records.get());
    }

    private void add(StoredRecord record) {
        Columns visible = visible(record.memberships());
        if (!visible.any()) {
            return;
        }
        ByteString state = visible.all() ? record.state() : record.visible(visible::shows);
        segment.add(RecordKeys.encode(record.key()), state);
        records.incrementAndGet();
        byType.merge(record.key().type(), 1L, Long::sum);
        if (segment.isFull()) {
            close();
        }
    }

    /** What is to be seen of a record by those who had it at the position or may have; none if it came into the set later. */
    private Columns visible(Memberships memberships) {
        Columns visible = Columns.NONE;
        boolean known = false;
        for (Memberships.Membership one : memberships.all()) {
            if (!one.left() && set.contains(one.bucket())) {
                visible = visible.and(set.columns(one.bucket()));
                known |= one.firstEntered() <= position.sequence();
            }
        }
        return known ? visible : Columns.NONE;
    }

    private void close() {
        if (segment.isEmpty()) {
            return;
        }
        byte[] bytes = segment.finish();
        SnapshotSegment described = segment.describe(bytes);
        size += bytes.length;
        if (size > limits.sizeMax()) {
            throw new SnapshotTooLargeException();
        }
        files.write(name(described), bytes);
        manifest.addSegments(described);
        segment = new SegmentWriter();
    }

    /** The name of a segment's file. */
    static String name(SnapshotSegment segment) {
        return HexFormat.of().formatHex(segment.getHash().toByteArray());
    }

    /** A snapshot takes more than there is for all of them. */
    static final class SnapshotTooLargeException extends RuntimeException {
        private static final long serialVersionUID = 1;

        SnapshotTooLargeException() {
            super("a snapshot takes more than the disk has for all of them");
        }
    }
}
