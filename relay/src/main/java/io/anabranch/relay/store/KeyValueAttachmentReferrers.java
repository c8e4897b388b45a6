package io.anabranch.relay.store;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.content.AttachmentRef;
import io.anabranch.replica.content.ContentHash;
import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.Scan;
import io.anabranch.replica.storage.Storage;
import io.anabranch.replica.storage.WriteBatch;
import io.anabranch.replica.wire.RecordKeys;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rows of hash and record key, which may be stale, each checked against its record. */
final class KeyValueAttachmentReferrers implements AttachmentReferrers {

    private static final int ROWS_PER_TURN_MAX = 300;

    private final Storage storage;
    private final Object writing;

    /** @param writing the lock of the one writer that the storage may have */
    KeyValueAttachmentReferrers(Storage storage, Object writing) {
        this.storage = storage;
        this.writing = writing;
    }

    @Override
    public List<Referrer> of(ContentHash hash, @Nullable RecordKey after, int countMax) {
        byte[] prefix = hash.bytes();
        byte[] from = after == null ? prefix : next(AttachmentRows.row(hash, RecordKeys.encode(after)));
        List<Referrer> found = new ArrayList<>();
        try (Scan scan = storage.scan(Layout.ATTACHMENTS, from, Layout.endOf(prefix))) {
            while (found.size() < countMax && scan.next()) {
                referrer(scan.key())
                        .filter(row -> row.alive)
                        .ifPresent(row -> found.add(new Referrer(row.stored, row.ref)));
            }
        }
        return found;
    }

    @Override
    public void collect() {
        byte[] from = new byte[0];
        while (from != null) {
            synchronized (writing) {
                from = collect(from);
            }
        }
    }

    /** Where to go on, null at the end. */
    private byte @Nullable [] collect(byte[] from) {
        WriteBatch stale = new WriteBatch();
        byte[] last = null;
        try (Scan scan = storage.scan(Layout.ATTACHMENTS, from, null)) {
            for (int count = 0; count < ROWS_PER_TURN_MAX && scan.next(); count++) {
                last = scan.key();
                if (referrer(last).isEmpty()) {
                    stale.delete(Layout.ATTACHMENTS, last);
                }
            }
        }
        if (!stale.isEmpty()) {
            storage.write(stale, Durability.BUFFERED);
        }
        return last == null ? null : next(last);
    }

    /** A row that holds. That of a deleted record does, since the record may come back with its fields. */
    private record Row(StoredRecord stored, AttachmentRef ref, boolean alive) {}

    private Optional<Row> referrer(byte[] row) {
        ContentHash hash = ContentHash.of(Arrays.copyOf(row, ContentHash.SIZE));
        RecordKey key = RecordKeys.decode(row, ContentHash.SIZE);
        byte @Nullable [] stored = storage.get(Layout.STATES, RecordKeys.encode(key));
        if (stored == null) {
            return Optional.empty();
        }
        StoredRecord decoded = StoredRecord.decode(key, stored);
        Record record = decoded.record();
        return AttachmentRef.in(record).stream()
                .filter(ref -> ref.hash().equals(hash))
                .findFirst()
                .map(ref -> new Row(decoded, ref, record.alive()));
    }

    private static byte[] next(byte[] row) {
        return Arrays.copyOf(row, row.length + 1);
    }
}
