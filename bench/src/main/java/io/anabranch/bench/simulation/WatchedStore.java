package io.anabranch.bench.simulation;

import io.anabranch.crdt.Position;
import io.anabranch.crdt.RecordKey;
import io.anabranch.relay.store.Admitted;
import io.anabranch.relay.store.AttachmentReferrers;
import io.anabranch.relay.store.FeedMark;
import io.anabranch.relay.store.FeedSlice;
import io.anabranch.relay.store.Lineage;
import io.anabranch.relay.store.RecordScan;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayTable;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.ReplicaHead;
import io.anabranch.relay.store.StoredRecord;
import io.anabranch.relay.store.VerdictRun;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The relay's store, watched: views must be closed before anything waits, and no answer may take more of the feed than about a
 * page. So a session's memory is bounded whatever the size of the store and however slow its device.
 */
final class WatchedStore implements RelayStore {

    private static final String CHECK = "bounded";
    /** Feed entries that a page may look at although they turn out not to fit. */
    private static final int LOOK_AHEAD = 600;

    private final RelayStore store;
    private final Shape shape;
    private int openViews;

    WatchedStore(RelayStore store, Shape shape) {
        this.store = store;
        this.shape = shape;
    }

    /** Checks that nothing is held between two steps. */
    void requireNoOpenViews() {
        CheckFailure.require(openViews == 0, CHECK, "%d views of the relay's store are held", openViews);
    }

    @Override
    public byte[] storeId() {
        return store.storeId();
    }

    @Override
    public byte[] secret() {
        return store.secret();
    }

    @Override
    public Position head() {
        return store.head();
    }

    @Override
    public Position newEpoch() {
        return store.newEpoch();
    }

    @Override
    public Position resume(Position cursor) {
        return store.resume(cursor);
    }

    @Override
    public Lineage lineage() {
        return store.lineage();
    }

    @Override
    public RelayView view() {
        openViews++;
        return new WatchedView(store.view());
    }

    @Override
    public void append(Admitted admitted) {
        store.append(admitted);
    }

    @Override
    public RelayTable table(String name) {
        return store.table(name);
    }

    @Override
    public AttachmentReferrers attachmentReferrers() {
        return store.attachmentReferrers();
    }

    @Override
    public Subscription onAppend(Consumer<Appended> reader) {
        return store.onAppend(reader);
    }

    @Override
    public void close() {
        store.close();
    }

    private final class WatchedView implements RelayView {

        private final RelayView view;
        private boolean open = true;
        private long entriesRead;

        WatchedView(RelayView view) {
            this.view = view;
        }

        @Override
        public Position head() {
            return view.head();
        }

        @Override
        public Optional<StoredRecord> record(RecordKey key) {
            return view.record(key);
        }

        @Override
        public List<Optional<StoredRecord>> records(List<RecordKey> keys) {
            return view.records(keys);
        }

        @Override
        public RecordScan scan(byte[] from, byte @Nullable [] end) {
            return view.scan(from, end);
        }

        @Override
        public FeedSlice feed(long bucket, FeedMark after, int recordsMax) {
            FeedSlice slice = view.feed(bucket, after, recordsMax);
            entriesRead += slice.entries().size();
            CheckFailure.require(
                    entriesRead <= shape.pages().patchesMax() + LOOK_AHEAD,
                    CHECK,
                    "one answer reads %d entries of the feed",
                    entriesRead);
            return slice;
        }

        @Override
        public long feedCountEstimate(long bucket, long afterSequence, int countedMax) {
            return view.feedCountEstimate(bucket, afterSequence, countedMax);
        }

        @Override
        public BucketSize bucketSize(long bucket) {
            return view.bucketSize(bucket);
        }

        @Override
        public List<RecordKey> referring(Reference to, @Nullable RecordKey after, int recordsMax) {
            return view.referring(to, after, recordsMax);
        }

        @Override
        public List<Timer> timers(long lastMillis, int timersMax) {
            return view.timers(lastMillis, timersMax);
        }

        @Override
        public byte @Nullable [] row(String table, byte[] key) {
            return view.row(table, key);
        }

        @Override
        public List<StoredRecord> recordsOf(String type, @Nullable RecordKey after, int recordsMax) {
            return view.recordsOf(type, after, recordsMax);
        }

        @Override
        public List<StoredRecord> recordsAfter(@Nullable RecordKey after, int recordsMax) {
            return view.recordsAfter(after, recordsMax);
        }

        @Override
        public void forEachRecord(Consumer<StoredRecord> action) {
            view.forEachRecord(action);
        }

        @Override
        public ReplicaHead replicaHead(long replica) {
            return view.replicaHead(replica);
        }

        @Override
        public List<VerdictRun> verdicts(long replica, long fromSeq, long endSeq, int runsMax) {
            return view.verdicts(replica, fromSeq, endSeq, runsMax);
        }

        @Override
        public Map<String, Long> liveRecordsByType() {
            return view.liveRecordsByType();
        }

        @Override
        public void close() {
            if (open) {
                open = false;
                openViews--;
            }
            view.close();
        }
    }
}
