package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.META;
import static io.anabranch.replica.state.ReplicaFamilies.STAGED;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.Page;
import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.Scan;
import io.anabranch.replica.storage.Storage;
import io.anabranch.replica.storage.StorageException;
import io.anabranch.replica.storage.WriteBatch;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.RecordKeys;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What has come from the relay and is not in the base yet.
 *
 * <p>Pages are kept as they came until they are part of a consistent whole. That is either applied at once, or <em>ready</em>: to be
 * applied when the person says so. While it waits, the base cannot change otherwise, so each ready page is turned, in small steps, into
 * rows by record that say what the base becomes ({@link StagedRow}); a later page of a later sync changes the rows. To apply them needs
 * no reading and no decoding but of records with commits that are not confirmed.
 */
final class Staging {

    private final ReplicaState state;
    private final Storage storage;
    private final StagedCounter counter;
    private ReplicaMeta.Progress latest;
    private ReplicaMeta.@Nullable Progress ready;
    private long firstPage;
    private long endPage;
    /** The pages before this are ready. */
    private long readyEnd;

    Staging(ReplicaState state) {
        this.state = state;
        this.storage = state.storage();
        this.counter = StagedCounter.read(storage);
        this.latest = ReplicaMeta.progress(storage, ReplicaMeta.STAGED);
        this.ready =
                storage.get(META, ReplicaMeta.READY) == null ? null : ReplicaMeta.progress(storage, ReplicaMeta.READY);
        this.readyEnd = ReplicaMeta.number(storage, ReplicaMeta.READY_END);
        readPageNumbers();
    }

    private void readPageNumbers() {
        firstPage = readyEnd;
        endPage = readyEnd;
        try (Scan scan = storage.scan(STAGED, new byte[0], ReplicaFamilies.FIRST_STAGED_ROW)) {
            if (scan.next()) {
                firstPage = ReplicaFamilies.number(scan.key());
            }
        }
        try (Scan scan = storage.scanBackward(STAGED, new byte[0], ReplicaFamilies.FIRST_STAGED_ROW)) {
            if (scan.next()) {
                endPage = ReplicaFamilies.number(scan.key()) + 1;
            }
        }
    }

    boolean isEmpty() {
        return ready == null && firstPage == endPage;
    }

    /** How far the last page goes; of no meaning if nothing is staged. */
    ReplicaMeta.Progress latest() {
        return latest;
    }

    /** What the base is at when it is applied; null if nothing is ready. */
    ReplicaMeta.@Nullable Progress ready() {
        return ready;
    }

    /** What is ready, as far as it has been turned into rows. */
    Waiting waiting() {
        ReplicaMeta.Progress known = ready;
        return known == null ? Waiting.NONE : counter.waiting(true, known.position());
    }

    /** Keeps a page; if it makes all that is staged consistent, that may be declared ready. */
    void add(Page page, boolean isReady) {
        WriteBatch batch = new WriteBatch();
        batch.put(STAGED, ReplicaFamilies.number(endPage), page.toByteArray());
        ReplicaMeta.putProgress(batch, ReplicaMeta.STAGED, page, page.getConsistent());
        if (isReady) {
            ReplicaMeta.putProgress(batch, ReplicaMeta.READY, page, true);
            batch.put(META, ReplicaMeta.READY_END, ReplicaFamilies.number(endPage + 1));
        }
        storage.write(batch, Durability.BUFFERED);
        latest = ReplicaMeta.Progress.of(page);
        endPage++;
        if (isReady) {
            ready = latest;
            readyEnd = endPage;
        }
    }

    /** The pages that are not ready, in order. */
    List<Page> unreadyPages() {
        List<Page> pages = new ArrayList<>();
        try (Scan scan = storage.scan(
                STAGED, ReplicaFamilies.number(Math.max(firstPage, readyEnd)), ReplicaFamilies.FIRST_STAGED_ROW)) {
            while (scan.next()) {
                pages.add(page(scan.value()));
            }
        }
        return pages;
    }

    /** Adds to a batch that the pages go; there is nothing ready. One by one: tombstones of ranges make later scans slower. */
    void removePages(WriteBatch batch) {
        for (long i = firstPage; i < endPage; i++) {
            batch.delete(STAGED, ReplicaFamilies.number(i));
        }
        if (firstPage < endPage) {
            batch.delete(META, ReplicaMeta.STAGED);
        }
    }

    /** The batch of {@link #removePages} is written. */
    void pagesRemoved() {
        firstPage = 0;
        endPage = 0;
        readyEnd = 0;
    }

    /**
     * Turns the next ready page into rows, which takes some milliseconds.
     *
     * @return false if there was none
     * @throws MalformedMessageException if it does not fit the base; then nothing is staged any more
     */
    boolean prepareNext() {
        if (ready == null || firstPage >= readyEnd) {
            return false;
        }
        byte[] stored = storage.get(STAGED, ReplicaFamilies.number(firstPage));
        if (stored == null) {
            throw new StorageException("a staged page is missing; refresh the store", Map.of(), null);
        }
        WriteBatch batch = new WriteBatch();
        try {
            putRows(RecordPatch.listOf(page(stored)), batch);
        } catch (MalformedMessageException e) {
            discard();
            throw e;
        }
        batch.delete(STAGED, ReplicaFamilies.number(firstPage));
        counter.writeTo(batch);
        storage.write(batch, Durability.BUFFERED);
        firstPage++;
        return true;
    }

    /** Calls back with all rows, in order of their keys; all that is ready has been turned into them. */
    void forEachRow(RowReceiver receiver) {
        try (Scan scan = storage.scan(STAGED, ReplicaFamilies.FIRST_STAGED_ROW, null)) {
            while (scan.next()) {
                receiver.row(RecordKeys.decode(scan.key(), 1), StagedRow.decode(scan.value()));
            }
        }
    }

    /** Takes rows. */
    interface RowReceiver {
        void row(RecordKey key, StagedRow row);
    }

    /** Adds to a batch that the rows go, because they are in the base. */
    void removeReady(WriteBatch batch) {
        batch.deleteRange(STAGED, ReplicaFamilies.FIRST_STAGED_ROW, ReplicaFamilies.END_OF_STAGED_ROWS);
        batch.delete(META, ReplicaMeta.READY);
        batch.delete(META, ReplicaMeta.READY_END);
        batch.delete(META, ReplicaMeta.STAGED_COUNTS);
        if (firstPage == endPage) {
            batch.delete(META, ReplicaMeta.STAGED);
        }
    }

    /** The batch of {@link #removeReady} is written. */
    void readyRemoved() {
        ready = null;
        readyEnd = 0;
        counter.clear();
    }

    /** Forgets all that is staged. */
    void discard() {
        WriteBatch batch = new WriteBatch();
        batch.deleteRange(STAGED, new byte[0], ReplicaFamilies.END_OF_STAGED_ROWS);
        batch.delete(META, ReplicaMeta.STAGED);
        removeReady(batch);
        storage.write(batch, Durability.BUFFERED);
        readyRemoved();
        pagesRemoved();
    }

    private void putRows(List<RecordPatch> patches, WriteBatch batch) {
        Map<RecordKey, StagedRow> rows = rows(patches);
        RecordSlots slots = new RecordSlots(state);
        slots.load(patches.stream()
                .map(RecordPatch::key)
                .filter(key -> !rows.containsKey(key) || state.indexes().signature(key.type()) != 0)
                .toList());
        for (RecordPatch patch : patches) {
            RecordKey key = patch.key();
            StagedRow before = rows.get(key);
            StagedRow after = row(patch, before, slots);
            counter.replaced(key, before, after);
            rows.put(key, after);
        }
        patches.stream().map(RecordPatch::key).distinct().forEach(key -> {
            StagedRow row = rows.get(key);
            if (row != null) {
                batch.put(STAGED, ReplicaFamilies.stagedRowKey(RecordKeys.encode(key)), row.encode());
            }
        });
    }

    private Map<RecordKey, StagedRow> rows(List<RecordPatch> patches) {
        List<byte[]> keys = patches.stream()
                .map(patch -> ReplicaFamilies.stagedRowKey(RecordKeys.encode(patch.key())))
                .toList();
        List<byte @Nullable []> stored = storage.getAll(STAGED, keys);
        Map<RecordKey, StagedRow> rows = new HashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            byte[] row = stored.get(i);
            if (row != null) {
                rows.put(patches.get(i).key(), StagedRow.decode(row));
            }
        }
        return rows;
    }

    private StagedRow row(RecordPatch patch, @Nullable StagedRow before, RecordSlots slots) {
        RecordKey key = patch.key();
        boolean narrows = before != null && before.kind() != StagedRow.Kind.REPLACES;
        return switch (patch.extent()) {
            case LEAVE -> StagedRow.LEAVES;
            case WHOLE -> {
                Record had = before != null ? before.record(key) : base(key, slots);
                yield replaced(narrows || Departures.loses(had, patch.newer()), patch.newer(), patch.encoded(), slots);
            }
            case CHANGES -> {
                Record had = before != null ? before.record(key) : base(key, slots);
                if (had.isEmpty() && patch.gone().isEmpty()) {
                    yield replaced(narrows, patch.newer(), patch.encoded(), slots);
                }
                Record patched = had.patched(patch.newer(), patch.gone());
                BaseUpdate.requireFits(patched);
                yield replaced(narrows, patched, patched.encode(), slots);
            }
        };
    }

    private Record base(RecordKey key, RecordSlots slots) {
        return state.log().isLeft(key) ? Record.empty(key) : slots.slot(key).confirmed();
    }

    private StagedRow replaced(boolean narrows, Record newBase, byte[] encoded, RecordSlots slots) {
        StagedRow.Kind kind = narrows ? StagedRow.Kind.NARROWS : StagedRow.Kind.REPLACES;
        return new StagedRow(kind, indexes(newBase, slots), newBase.isEmpty() ? new byte[0] : encoded);
    }

    private StagedRow.Indexes indexes(Record newBase, RecordSlots slots) {
        RecordKey key = newBase.key();
        int signature = state.indexes().signature(key.type());
        return signature == 0
                ? StagedRow.Indexes.NONE
                : new StagedRow.Indexes(signature, state.indexes().changes(base(key, slots), newBase));
    }

    private static Page page(byte[] bytes) {
        try {
            return Page.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new StorageException("a staged page is damaged; refresh the store", Map.of(), e);
        }
    }
}
