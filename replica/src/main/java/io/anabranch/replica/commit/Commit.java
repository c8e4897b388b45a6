package io.anabranch.replica.commit;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.crdt.MalformedRecordException;
import io.anabranch.crdt.Record;
import io.anabranch.proto.CommitBody;
import io.anabranch.proto.Delta;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.RecordKeys;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What one save made of one or more records. Immutable.
 *
 * @param replica the author's replica
 * @param seq from 1, without gaps for one replica
 * @param stamp hybrid logical time of the save
 * @param deltas one for each record touched, in the order they were touched
 */
public record Commit(long replica, long seq, long stamp, List<Record> deltas) {

    /** Copies the deltas. */
    public Commit {
        deltas = List.copyOf(deltas);
    }

    /** The body as it is signed, stored and sent. */
    public byte[] encode() {
        CommitBody.Builder body =
                CommitBody.newBuilder().setReplica(replica).setSeq(seq).setStamp(stamp);
        for (Record delta : deltas) {
            body.addDeltas(Delta.newBuilder()
                    .setType(delta.key().type())
                    .setId(delta.key().id())
                    .setState(ByteString.copyFrom(delta.encode())));
        }
        return body.build().toByteArray();
    }

    /**
     * Reads a body.
     *
     * @throws MalformedMessageException if it is not one, has no deltas, or several of one record
     */
    public static Commit decode(byte[] bytes) {
        try {
            CommitBody body = CommitBody.parseFrom(bytes);
            List<Record> deltas = new ArrayList<>(body.getDeltasCount());
            for (Delta delta : body.getDeltasList()) {
                deltas.add(Record.decode(
                        RecordKeys.of(delta.getType(), delta.getId()),
                        delta.getState().toByteArray()));
            }
            requireDistinct(deltas);
            return new Commit(body.getReplica(), body.getSeq(), body.getStamp(), deltas);
        } catch (InvalidProtocolBufferException | MalformedRecordException e) {
            throw new MalformedMessageException("a commit is malformed", e);
        }
    }

    private static void requireDistinct(List<Record> deltas) {
        Set<Object> keys = new HashSet<>();
        for (Record delta : deltas) {
            if (!keys.add(delta.key())) {
                throw new MalformedMessageException("a commit has several deltas of one record");
            }
        }
        if (deltas.isEmpty()) {
            throw new MalformedMessageException("a commit has no deltas");
        }
    }
}
