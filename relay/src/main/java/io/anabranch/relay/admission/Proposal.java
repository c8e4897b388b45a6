package io.anabranch.relay.admission;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.crdt.MalformedRecordException;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.CommitBody;
import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.commit.CommitId;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.RecordKeys;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A commit as it was sent. A body that cannot be read is a proposal without deltas and not an error: its place in the chain is
 * proven, so it gets a verdict.
 *
 * @param size bytes of the body
 * @param deltas what it changes, one for each record; empty if the body is not that of a commit of its replica and place
 * @param depends the commits of others that it rests on; none if it cannot be read
 */
record Proposal(int size, List<Delta> deltas, List<CommitId> depends) {

    /**
     * A change of one record.
     *
     * @param record the change
     * @param facts what is to be known of it
     * @param state its encoding, as sent
     */
    record Delta(Record record, DeltaFacts facts, byte[] state) {

        RecordKey key() {
            return record.key();
        }
    }

    static Proposal read(byte[] body, long replica, long seq) {
        try {
            CommitBody commit = CommitBody.parseFrom(body);
            boolean isInPlace = commit.getReplica() == replica && commit.getSeq() == seq;
            return isInPlace
                    ? new Proposal(body.length, deltas(commit, replica), Commit.depends(commit))
                    : unreadable(body.length);
        } catch (InvalidProtocolBufferException | MalformedRecordException | MalformedMessageException e) {
            return unreadable(body.length);
        }
    }

    private static Proposal unreadable(int size) {
        return new Proposal(size, List.of(), List.of());
    }

    private static List<Delta> deltas(CommitBody commit, long author) {
        List<Delta> deltas = new ArrayList<>(commit.getDeltasCount());
        Set<RecordKey> keys = new HashSet<>();
        for (io.anabranch.proto.Delta delta : commit.getDeltasList()) {
            RecordKey key = RecordKeys.of(delta.getType(), delta.getId());
            if (!keys.add(key)) {
                return List.of();
            }
            byte[] state = delta.getState().toByteArray();
            Record record = Record.decode(key, state);
            deltas.add(new Delta(record, DeltaFacts.of(record, author), state));
        }
        return deltas;
    }
}
