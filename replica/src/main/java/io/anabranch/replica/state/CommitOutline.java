package io.anabranch.replica.state;

import com.google.protobuf.ByteString;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.commit.CommitId;
import io.anabranch.replica.storage.StorageException;
import io.anabranch.replica.wire.MalformedMessageException;
import java.util.List;
import java.util.Map;

/** A stored commit: the records it touches, and how far it used the dots of its author on each. */
final class CommitOutline {

    private final CommitId id;
    private final List<RecordKey> keys;
    private final long[] lastDots;

    private CommitOutline(CommitId id, List<RecordKey> keys, long[] lastDots) {
        this.id = id;
        this.keys = keys;
        this.lastDots = lastDots;
    }

    static CommitOutline of(Commit commit) {
        List<Record> deltas = commit.deltas();
        long[] lastDots = new long[deltas.size()];
        for (int i = 0; i < lastDots.length; i++) {
            lastDots[i] = deltas.get(i).context().last(commit.replica());
        }
        CommitId id = new CommitId(commit.replica(), commit.seq());
        return new CommitOutline(id, deltas.stream().map(Record::key).toList(), lastDots);
    }

    static CommitOutline of(ByteString body) {
        try {
            return of(Commit.decode(body.toByteArray()));
        } catch (MalformedMessageException e) {
            throw new StorageException("a pending commit is damaged; its content cannot be read", Map.of(), e);
        }
    }

    CommitId id() {
        return id;
    }

    /** The records it touches. */
    List<RecordKey> keys() {
        return keys;
    }

    /** The author's last dot in what it does to the i-th of its records, 0 if there is none. */
    long lastDot(int i) {
        return lastDots[i];
    }

    /** Whether the device made it about itself. */
    boolean isOwnMaking() {
        return keys.stream().allMatch(key -> ReplicaFamilies.isOwnMaking(key.type()));
    }
}
