package io.anabranch.relay.store;

import io.anabranch.crdt.Position;
import io.anabranch.crdt.RecordKey;
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
     * About how many entries a feed has after a sequence: exact for some thousands, beyond that on the assumption that the
     * rest is as dense as the beginning. For progress. Costs at most some thousand entries.
     */
    long feedCountEstimate(long bucket, long afterSequence);

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
}
