package io.anabranch.relay.store;

import io.anabranch.crdt.Position;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.storage.Scan;
import io.anabranch.replica.storage.Snapshot;
import io.anabranch.replica.wire.RecordKeys;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads a snapshot of the storage. */
final class KeyValueRelayView implements RelayView {

    private final Snapshot snapshot;
    private final Position head;
    /** One for all questions of who refers to what: opening a scan costs several times what a seek does. */
    private @Nullable Scan references;

    KeyValueRelayView(Snapshot snapshot, Position head) {
        this.snapshot = snapshot;
        this.head = head;
    }

    @Override
    public Position head() {
        return head;
    }

    @Override
    public Optional<StoredRecord> record(RecordKey key) {
        return stored(key, snapshot.get(Layout.STATES, RecordKeys.encode(key)));
    }

    @Override
    public List<Optional<StoredRecord>> records(List<RecordKey> keys) {
        List<byte @Nullable []> values = snapshot.getAll(
                Layout.STATES, keys.stream().map(RecordKeys::encode).toList());
        List<Optional<StoredRecord>> records = new ArrayList<>(keys.size());
        for (int i = 0; i < keys.size(); i++) {
            records.add(stored(keys.get(i), values.get(i)));
        }
        return records;
    }

    @Override
    public List<StoredRecord> recordsOf(String type, @Nullable RecordKey after, int recordsMax) {
        byte[] from = after == null ? RecordKeys.firstOf(type) : next(RecordKeys.encode(after));
        return records(from, RecordKeys.endOf(type), recordsMax);
    }

    @Override
    public List<StoredRecord> recordsAfter(@Nullable RecordKey after, int recordsMax) {
        return records(after == null ? new byte[0] : next(RecordKeys.encode(after)), null, recordsMax);
    }

    private List<StoredRecord> records(byte[] from, byte @Nullable [] end, int recordsMax) {
        requirePositive(recordsMax);
        List<StoredRecord> records = new ArrayList<>();
        try (Scan scan = snapshot.scan(Layout.STATES, from, end)) {
            while (records.size() < recordsMax && scan.next()) {
                records.add(StoredRecord.decode(RecordKeys.decode(scan.key(), 0), scan.value()));
            }
        }
        return records;
    }

    @Override
    public void forEachRecord(Consumer<StoredRecord> action) {
        try (Scan scan = snapshot.scan(Layout.STATES, new byte[0], null)) {
            while (scan.next()) {
                stored(RecordKeys.decode(scan.key(), 0), scan.value()).ifPresent(action);
            }
        }
    }

    @Override
    public RecordScan scan(byte[] from, byte @Nullable [] end) {
        Scan scan = snapshot.scan(Layout.STATES, from, end);
        return new RecordScan() {
            @Override
            public boolean next() {
                return scan.next();
            }

            @Override
            public byte[] key() {
                return scan.key();
            }

            @Override
            public StoredRecord record() {
                return StoredRecord.decode(RecordKeys.decode(scan.key(), 0), scan.value());
            }

            @Override
            public void close() {
                scan.close();
            }
        };
    }

    @Override
    public FeedSlice feed(long bucket, FeedMark after, int recordsMax) {
        requirePositive(recordsMax);
        List<FeedSlice.Entry> entries = new ArrayList<>();
        try (Scan scan = snapshot.scan(Layout.FEED, keyAfter(bucket, after), Layout.endOf(Layout.number(bucket)))) {
            while (scan.next()) {
                if (entries.size() == recordsMax) {
                    return new FeedSlice(entries, false);
                }
                entries.add(entry(scan.key(), scan.value()));
            }
        }
        return new FeedSlice(entries, true);
    }

    @Override
    public long feedCountEstimate(long bucket, long afterSequence, int countedMax) {
        FeedMark after = FeedMark.after(afterSequence);
        long count = 0;
        long reached = afterSequence;
        try (Scan scan = snapshot.scan(Layout.FEED, keyAfter(bucket, after), Layout.endOf(Layout.number(bucket)))) {
            while (scan.next()) {
                if (count == countedMax) {
                    return (long) ((double) count * (head.sequence() - afterSequence) / (reached - afterSequence));
                }
                reached = ByteBuffer.wrap(scan.key()).getLong(8);
                count++;
            }
        }
        return count;
    }

    @Override
    public BucketSize bucketSize(long bucket) {
        return Layout.bucketSize(snapshot.get(Layout.META, Layout.bucketKey(bucket)));
    }

    @Override
    public List<RecordKey> referring(Reference to, @Nullable RecordKey after, int recordsMax) {
        requirePositive(recordsMax);
        byte[] prefix = Layout.references(to.type(), to.field(), to.value());
        byte[] from = after == null ? prefix : next(Layout.concat(prefix, Layout.ascii(after.id())));
        List<RecordKey> keys = new ArrayList<>();
        Scan scan = references();
        boolean found = scan.seek(from);
        while (found && startsWith(scan.key(), prefix)) {
            byte[] key = scan.key();
            String id = new String(key, prefix.length, key.length - prefix.length, StandardCharsets.UTF_8);
            keys.add(new RecordKey(to.type(), id));
            found = keys.size() < recordsMax && scan.next();
        }
        return keys;
    }

    private Scan references() {
        Scan scan = references;
        if (scan == null) {
            scan = snapshot.scan(Layout.REFERENCES, new byte[0], null);
            references = scan;
        }
        return scan;
    }

    private static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    @Override
    public List<Timer> timers(long lastMillis, int timersMax) {
        requirePositive(timersMax);
        List<Timer> timers = new ArrayList<>();
        byte[] end = lastMillis == Long.MAX_VALUE ? null : Layout.number(lastMillis + 1);
        try (Scan scan = snapshot.scan(Layout.TIMERS, new byte[0], end)) {
            while (timers.size() < timersMax && scan.next()) {
                timers.add(new Timer(Layout.number(scan.key()), RecordKeys.decode(scan.key(), Long.BYTES)));
            }
        }
        return timers;
    }

    @Override
    public byte @Nullable [] row(String table, byte[] key) {
        return snapshot.get(Layout.TABLES, Layout.concat(Layout.tablePrefix(table), key));
    }

    @Override
    public ReplicaHead replicaHead(long replica) {
        byte[] value = snapshot.get(Layout.HEADS, Layout.number(replica));
        return value == null ? ReplicaHead.start(replica) : Layout.head(replica, value);
    }

    @Override
    public List<VerdictRun> verdicts(long replica, long fromSeq, long endSeq, int runsMax) {
        List<VerdictRun> runs = new ArrayList<>();
        byte[] end = Layout.numbers(replica, endSeq);
        try (Scan scan = snapshot.scan(Layout.VERDICTS, runWith(replica, fromSeq), end)) {
            while (fromSeq < endSeq && runs.size() < runsMax && scan.next()) {
                VerdictRun run = Layout.verdict(scan.key(), scan.value());
                if (run.endSeq() > fromSeq) {
                    runs.add(run.part(Math.max(fromSeq, run.firstSeq()), Math.min(endSeq, run.endSeq())));
                }
            }
        }
        return runs;
    }

    @Override
    public Map<String, Long> liveRecordsByType() {
        Map<String, Long> counts = new TreeMap<>();
        try (Scan scan = snapshot.scan(Layout.META, Layout.LIVE, Layout.endOf(Layout.LIVE))) {
            while (scan.next()) {
                byte[] key = scan.key();
                String type =
                        new String(key, Layout.LIVE.length, key.length - Layout.LIVE.length, StandardCharsets.UTF_8);
                counts.put(type, Layout.number(scan.value()));
            }
        }
        return counts;
    }

    @Override
    public void close() {
        if (references != null) {
            references.close();
        }
        snapshot.close();
    }

    private static Optional<StoredRecord> stored(RecordKey key, byte @Nullable [] value) {
        return value == null ? Optional.empty() : Optional.of(StoredRecord.decode(key, value));
    }

    /** The key of the run that begins at or before a sequence number, the last of them. */
    private byte[] runWith(long replica, long seq) {
        byte[] least = Layout.numbers(replica, 0);
        try (Scan scan = snapshot.scanBackward(Layout.VERDICTS, least, Layout.numbers(replica, seq + 1))) {
            return scan.next() ? scan.key() : least;
        }
    }

    /** The least key after a mark. */
    private static byte[] keyAfter(long bucket, FeedMark mark) {
        RecordKey key = mark.key();
        if (key == null) {
            return Layout.numbers(bucket, mark.sequence() + 1);
        }
        return next(Layout.feedKey(bucket, mark.sequence(), RecordKeys.encode(key)));
    }

    private static byte[] next(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }

    private static void requirePositive(int wanted) {
        if (wanted < 1) {
            throw new IllegalArgumentException("nothing is wanted: " + wanted);
        }
    }

    private static FeedSlice.Entry entry(byte[] key, byte[] value) {
        return new FeedSlice.Entry(
                ByteBuffer.wrap(key).getLong(8), RecordKeys.decode(key, Layout.FEED_PREFIX_SIZE), value.length > 0);
    }
}
