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

    /** Entries of a feed that are counted one by one. */
    private static final int COUNTED_MAX = 5_000;

    private final Snapshot snapshot;
    private final Position head;

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
        if (recordsMax < 1) {
            throw new IllegalArgumentException("a slice of a feed needs room for a record: " + recordsMax);
        }
        List<FeedSlice.Entry> entries = new ArrayList<>();
        try (Scan scan = snapshot.scan(Layout.FEED, keyAfter(bucket, after), Layout.endOf(Layout.number(bucket)))) {
            while (scan.next()) {
                if (entries.size() == recordsMax) {
                    return new FeedSlice(entries, false);
                }
                entries.add(entry(scan.key()));
            }
        }
        return new FeedSlice(entries, true);
    }

    @Override
    public long feedCountEstimate(long bucket, long afterSequence) {
        FeedMark after = FeedMark.after(afterSequence);
        long count = 0;
        long reached = afterSequence;
        try (Scan scan = snapshot.scan(Layout.FEED, keyAfter(bucket, after), Layout.endOf(Layout.number(bucket)))) {
            while (scan.next()) {
                if (count == COUNTED_MAX) {
                    return (long) ((double) count * (head.sequence() - afterSequence) / (reached - afterSequence));
                }
                reached = ByteBuffer.wrap(scan.key()).getLong(8);
                count++;
            }
        }
        return count;
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
        byte[] last = Layout.feedKey(bucket, mark.sequence(), RecordKeys.encode(key));
        return Arrays.copyOf(last, last.length + 1);
    }

    private static FeedSlice.Entry entry(byte[] key) {
        return new FeedSlice.Entry(ByteBuffer.wrap(key).getLong(8), RecordKeys.decode(key, Layout.FEED_PREFIX_SIZE));
    }
}
