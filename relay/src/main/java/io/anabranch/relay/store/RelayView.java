package io.anabranch.relay.store;

import io.anabranch.crdt.Position;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A {@link RelayStore} as it is between two appends. Used by one thread at a time; may wait for the disk. While it is open
 * the space of what is overwritten is not reclaimed, so it is for one answer and not for a session. Fails as the store does.
 */
public interface RelayView extends AutoCloseable {

    /** The position of the latest commit in the view. */
    Position head();

    /** A record, empty if nothing of it was ever accepted. Deleted records are there. */
    Optional<StoredRecord> record(RecordKey key);

    /** Records in the order asked; cheaper than one by one, most of all in the order of keys. */
    List<Optional<StoredRecord>> records(List<RecordKey> keys);

    /**
     * Records of a type ascending by id, deleted ones included.
     *
     * @param after where to go on, null for the first
     * @param recordsMax most records wanted, at least 1
     */
    List<StoredRecord> recordsOf(String type, @Nullable RecordKey after, int recordsMax);

    /**
     * Records of all types ascending by key, deleted ones included.
     *
     * @param after where to go on, null for the first
     * @param recordsMax most records wanted, at least 1
     */
    List<StoredRecord> recordsAfter(@Nullable RecordKey after, int recordsMax);

    /** Every record, deleted ones included, ascending by key. */
    void forEachRecord(Consumer<StoredRecord> action);

    /**
     * The records of a range of keys, deleted ones included, ascending by key; the caller closes the scan.
     *
     * @param from the least key wanted, as {@link io.anabranch.replica.wire.RecordKeys} encodes it
     * @param end the first key no longer wanted, null for none
     */
    RecordScan scan(byte[] from, byte @Nullable [] end);

    /**
     * The entries of a bucket's feed after a mark, none of them after the view's head.
     *
     * @param recordsMax most entries wanted, at least 1
     */
    FeedSlice feed(long bucket, FeedMark after, int recordsMax);

    /**
     * About how many entries a feed has after a sequence: exact up to {@code countedMax}, beyond that on the assumption that the
     * rest is as dense as the beginning. For progress. Costs the entries counted.
     */
    long feedCountEstimate(long bucket, long afterSequence, int countedMax);

    /** How much is in a bucket. */
    BucketSize bucketSize(long bucket);

    /**
     * The records of a type that hold a value in a field, ascending by id, as {@link Admitted.ReferenceChange} told.
     *
     * @param to the type, the field and the value
     * @param after where to go on, null for the first
     * @param recordsMax most records wanted, at least 1
     */
    List<RecordKey> referring(Reference to, @Nullable RecordKey after, int recordsMax);

    /**
     * The timers that are due, in their order.
     *
     * @param lastMillis until when, inclusive; {@link Long#MAX_VALUE} for all
     * @param timersMax most timers wanted, at least 1
     */
    List<Timer> timers(long lastMillis, int timersMax);

    /** A row of a {@link RelayTable} as it was between the two appends, null if there is none. */
    byte @Nullable [] row(String table, byte[] key);

    /** Where a replica's history goes on. */
    ReplicaHead replicaHead(long replica);

    /**
     * The verdicts on the commits of a replica from {@code fromSeq} to before {@code endSeq}, in order and cut to these
     * bounds. Ends early after {@code runsMax} runs: ask again from the end of the last.
     *
     * @param fromSeq from 1
     * @param endSeq not after the replica's next sequence number
     * @param runsMax most runs wanted, at least 1
     */
    List<VerdictRun> verdicts(long replica, long fromSeq, long endSeq, int runsMax);

    /** How many records are alive of each type that has any. */
    Map<String, Long> liveRecordsByType();

    /** Releases the view. Closing again does nothing. */
    @Override
    void close();

    /**
     * How much is in a bucket, deleted records included.
     *
     * @param records how many
     * @param size bytes of their keys and states
     */
    record BucketSize(long records, long size) {}

    /**
     * What records are looked up by.
     *
     * @param type of the records that refer
     * @param field the name it was told under
     * @param value the value
     */
    record Reference(String type, String field, Value value) {}

    /**
     * An instant at which a record is to be looked at.
     *
     * @param millis ms since 1970
     * @param key the record
     */
    record Timer(long millis, RecordKey key) {}
}
