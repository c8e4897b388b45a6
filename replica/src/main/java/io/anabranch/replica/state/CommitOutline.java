package io.anabranch.replica.state;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.CommitBody;
import io.anabranch.proto.Delta;
import io.anabranch.replica.storage.StorageException;
import io.anabranch.replica.wire.RecordKeys;
import java.util.List;
import java.util.Map;

/** A stored commit and the records it touches; what it does to them is decoded when it is asked for. */
final class CommitOutline {

    private final CommitId id;
    private final List<Delta> deltas;
    private final List<RecordKey> keys;

    private CommitOutline(CommitBody body) {
        this.id = new CommitId(body.getReplica(), body.getSeq());
        this.deltas = body.getDeltasList();
        this.keys = deltas.stream()
                .map(delta -> RecordKeys.of(delta.getType(), delta.getId()))
                .toList();
    }

    static CommitOutline of(ByteString body) {
        try {
            return new CommitOutline(CommitBody.parseFrom(body));
        } catch (InvalidProtocolBufferException e) {
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

    /** Whether the device made it about itself. */
    boolean isOwnMaking() {
        return keys.stream().allMatch(key -> ReplicaFamilies.isOwnMaking(key.type()));
    }

    /** What it does to the i-th of its records. */
    Record delta(int i) {
        return Record.decode(keys.get(i), deltas.get(i).getState().toByteArray());
    }
}
