package io.anabranch.relay.store;

import io.anabranch.crdt.RecordKey;
import io.anabranch.relay.store.Memberships.Membership;
import io.anabranch.replica.storage.Family;
import io.anabranch.replica.storage.StorageReader;
import io.anabranch.replica.storage.WriteBatch;
import io.anabranch.replica.wire.RecordKeys;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns a round into changes of the storage.
 *
 * <p>A record's row says where its entries in the feeds are, so the entries that must go follow from the record as it was and
 * nothing is read for them. Each family is written in the order of its keys, which an ordered store takes several times as
 * fast.
 */
final class AppendBatch {

    private static final byte[] NOTHING = new byte[0];
    private static final byte[] LEFT = {1};

    private final StorageReader stored;
    private final BucketSizes sizes;
    private final WriteBatch batch = new WriteBatch();
    private final List<FeedRow> feed = new ArrayList<>();
    private final Map<String, Long> live = new HashMap<>();
    /** Bucket → what it gains, records and bytes. */
    private final Map<Long, long[]> gains = new TreeMap<>();

    AppendBatch(StorageReader stored, BucketSizes sizes) {
        this.stored = stored;
        this.sizes = sizes;
    }

    WriteBatch of(Admitted admitted) {
        List<KeyedChange> changes = new ArrayList<>(admitted.changes().size());
        long before = admitted.before().sequence();
        admitted.changes().forEach(change -> changes.add(new KeyedChange(change.settled(before))));
        changes.sort(Comparator.comparing(change -> change.key, Arrays::compareUnsigned));
        changes.forEach(this::add);
        feed.sort(Comparator.comparing(row -> row.key, Arrays::compareUnsigned));
        feed.forEach(row -> row.writeTo(batch));
        writeCounts();
        admitted.replicas().forEach(head -> batch.put(Layout.HEADS, Layout.number(head.replica()), Layout.head(head)));
        admitted.verdicts()
                .forEach(run ->
                        batch.put(Layout.VERDICTS, Layout.numbers(run.replica(), run.firstSeq()), Layout.verdict(run)));
        keep(admitted.upkeep());
        batch.put(Layout.META, Layout.HEAD, Layout.position(admitted.head()));
        return batch;
    }

    private void add(KeyedChange change) {
        Admitted.Change of = change.change;
        StoredRecord before = of.before();
        batch.put(Layout.STATES, change.key, of.record().encode());
        AttachmentRows.add(batch, change.key, of.record().state().asReadOnlyByteBuffer());
        List<Membership> was = before == null ? List.of() : before.memberships().all();
        List<Membership> is = of.record().memberships().all();
        int i = 0;
        for (Membership now : is) {
            for (; i < was.size() && was.get(i).bucket() < now.bucket(); i++) {
                move(change, was.get(i).bucket(), was.get(i), null);
            }
            boolean known = i < was.size() && was.get(i).bucket() == now.bucket();
            move(change, now.bucket(), known ? was.get(i) : null, now);
            i += known ? 1 : 0;
        }
        for (; i < was.size(); i++) {
            move(change, was.get(i).bucket(), was.get(i), null);
        }
        if (of.liveChange() != 0) {
            live.merge(of.record().key().type(), (long) of.liveChange(), Long::sum);
        }
    }

    /** From one place in a bucket's feed to another. */
    private void move(KeyedChange change, long bucket, @Nullable Membership was, @Nullable Membership now) {
        if (was != null && (now == null || was.place() != now.place())) {
            feed.add(new FeedRow(Layout.feedKey(bucket, was.place(), change.key), null));
        }
        if (now != null && (was == null || was.place() != now.place() || was.left() != now.left())) {
            feed.add(new FeedRow(Layout.feedKey(bucket, now.place(), change.key), now.left() ? LEFT : NOTHING));
        }
        boolean wasIn = was != null && !was.left();
        boolean isIn = now != null && !now.left();
        if (wasIn || isIn) {
            long[] gain = gains.computeIfAbsent(bucket, absent -> new long[2]);
            gain[0] += (isIn ? 1 : 0) - (wasIn ? 1 : 0);
            gain[1] += (isIn ? change.sizeAfter() : 0) - (wasIn ? change.sizeBefore() : 0);
        }
    }

    private void writeCounts() {
        live.forEach((type, more) -> {
            byte[] key = Layout.concat(Layout.LIVE, Layout.ascii(type));
            byte[] before = stored.get(Layout.META, key);
            long count = more + (before == null ? 0 : Layout.number(before));
            write(key, count == 0 ? null : Layout.number(count));
        });
        sizes.read(gains.keySet());
        gains.forEach((bucket, gain) -> {
            RelayView.BucketSize before = sizes.of(bucket);
            long records = before.records() + gain[0];
            RelayView.BucketSize now = new RelayView.BucketSize(records, records == 0 ? 0 : before.size() + gain[1]);
            sizes.written(bucket, now);
            write(Layout.bucketKey(bucket), records == 0 ? null : Layout.numbers(records, now.size()));
        });
    }

    private void write(byte[] metaKey, byte @Nullable [] value) {
        if (value == null) {
            batch.delete(Layout.META, metaKey);
        } else {
            batch.put(Layout.META, metaKey, value);
        }
    }

    private void keep(Admitted.Upkeep upkeep) {
        NavigableMap<byte[], Boolean> references = new TreeMap<>(Arrays::compareUnsigned);
        for (Admitted.ReferenceChange reference : upkeep.references()) {
            byte[] key = Layout.concat(
                    Layout.references(reference.key().type(), reference.field(), reference.value()),
                    Layout.ascii(reference.key().id()));
            references.put(key, reference.held());
        }
        mark(Layout.REFERENCES, references);
        NavigableMap<byte[], Boolean> timers = new TreeMap<>(Arrays::compareUnsigned);
        upkeep.timers().forEach(timer -> timers.put(timerKey(timer.millis(), timer.key()), timer.set()));
        mark(Layout.TIMERS, timers);
        for (Admitted.RowChange row : upkeep.rows()) {
            byte[] key = Layout.concat(Layout.tablePrefix(row.table()), row.key());
            byte[] value = row.value();
            if (value == null) {
                batch.delete(Layout.TABLES, key);
            } else {
                batch.put(Layout.TABLES, key, value);
            }
        }
    }

    /** Keys alone, that are there or not from now on. */
    private void mark(Family family, NavigableMap<byte[], Boolean> keys) {
        keys.forEach((key, present) -> {
            if (present) {
                batch.put(family, key, NOTHING);
            } else {
                batch.delete(family, key);
            }
        });
    }

    private static byte[] timerKey(long millis, RecordKey key) {
        return Layout.concat(Layout.number(millis), RecordKeys.encode(key));
    }

    private record FeedRow(byte[] key, byte @Nullable [] value) {

        void writeTo(WriteBatch batch) {
            if (value == null) {
                batch.delete(Layout.FEED, key);
            } else {
                batch.put(Layout.FEED, key, value);
            }
        }
    }

    private static final class KeyedChange {

        private final Admitted.Change change;
        private final byte[] key;

        KeyedChange(Admitted.Change change) {
            this.change = change;
            this.key = RecordKeys.encode(change.record().key());
        }

        int sizeAfter() {
            return key.length + change.record().state().size();
        }

        int sizeBefore() {
            StoredRecord before = change.before();
            return before == null ? 0 : key.length + before.state().size();
        }
    }
}
