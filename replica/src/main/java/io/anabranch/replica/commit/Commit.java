package io.anabranch.replica.commit;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.crdt.MalformedRecordException;
import io.anabranch.crdt.Record;
import io.anabranch.proto.CommitBody;
import io.anabranch.proto.CommitName;
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
 * @param rests what it is salted with and what it rests on
 */
public record Commit(long replica, long seq, long stamp, List<Record> deltas, Rests rests) {

    /** Most commits of others that one names. */
    public static final int DEPENDS_MAX = 256;

    /**
     * What a body has besides its content.
     *
     * @param salt random bytes, so that the body cannot be guessed from its hash
     * @param depends the last commit of each other replica, of those that the relay had not confirmed, which the author saw when it made
     *     this one
     */
    public record Rests(ByteString salt, List<CommitId> depends) {

        /** No salt, and nothing of others. */
        public static final Rests NONE = new Rests(ByteString.EMPTY, List.of());

        /** Copies the list. */
        public Rests {
            depends = List.copyOf(depends);
        }
    }

    /** Copies the deltas. */
    public Commit {
        deltas = List.copyOf(deltas);
    }

    /** A commit without salt that rests on nothing of others. */
    public Commit(long replica, long seq, long stamp, List<Record> deltas) {
        this(replica, seq, stamp, deltas, Rests.NONE);
    }

    /** Its name. */
    public CommitId id() {
        return new CommitId(replica, seq);
    }

    /** The body as it is signed, stored and sent. */
    public byte[] encode() {
        CommitBody.Builder body = CommitBody.newBuilder()
                .setReplica(replica)
                .setSeq(seq)
                .setStamp(stamp)
                .setSalt(rests.salt());
        rests.depends()
                .forEach(id -> body.addDepends(
                        CommitName.newBuilder().setReplica(id.replica()).setSeq(id.seq())));
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
            Rests rests = new Rests(body.getSalt(), depends(body));
            return new Commit(body.getReplica(), body.getSeq(), body.getStamp(), deltas, rests);
        } catch (InvalidProtocolBufferException | MalformedRecordException e) {
            throw new MalformedMessageException("a commit is malformed", e);
        }
    }

    /**
     * The commits that a body names as those it rests on.
     *
     * @throws MalformedMessageException if they are too many, are not in order, or one is the author's own
     */
    public static List<CommitId> depends(CommitBody body) {
        List<CommitId> depends = new ArrayList<>(body.getDependsCount());
        CommitId last = null;
        for (CommitName name : body.getDependsList()) {
            CommitId id = new CommitId(name.getReplica(), name.getSeq());
            boolean follows = last == null || last.replica() < id.replica();
            if (!follows || id.seq() < 1 || id.replica() == body.getReplica() || depends.size() >= DEPENDS_MAX) {
                throw new MalformedMessageException("what a commit rests on is out of range");
            }
            depends.add(id);
            last = id;
        }
        return depends;
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
