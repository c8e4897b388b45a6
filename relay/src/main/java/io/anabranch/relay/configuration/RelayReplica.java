package io.anabranch.relay.configuration;

import io.anabranch.crdt.Position;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.relay.admission.Author;
import io.anabranch.relay.admission.Round;
import io.anabranch.relay.admission.VerifiedCommits;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayTable;
import io.anabranch.relay.store.ReplicaHead;
import io.anabranch.relay.store.VerdictRun;
import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.commit.CommitChain;
import io.anabranch.replica.commit.SignedCommits;
import io.anabranch.replica.identity.CommitKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The relay as an author: what it changes by itself, such as configuration, it commits, signs and admits like a device, so it gets a
 * position and reaches the devices like everything else. Its replica id and key are made with the store and kept in it. Immutable.
 */
public final class RelayReplica {

    /** What its commits have in place of a user. No user has this name. */
    public static final String USER = "$relay";

    private static final byte[] ROW = "replica".getBytes(StandardCharsets.US_ASCII);

    private final long replica;
    private final CommitKey key;

    private RelayReplica(long replica, CommitKey key) {
        this.replica = replica;
        this.key = key;
    }

    /**
     * The relay's replica of a store.
     *
     * @param random where the id and the key of a new one come from; not used otherwise
     */
    public static RelayReplica of(RelayStore store, SecureRandom random) {
        RelayTable table = store.table("relay");
        byte @Nullable [] row = table.get(ROW);
        if (row == null) {
            byte[] made = new byte[Long.BYTES + CommitKey.SEED_SIZE];
            random.nextBytes(made);
            row = table.putIfAbsent(ROW, made) ? made : table.get(ROW);
        }
        if (row == null) {
            throw new IllegalStateException("the relay's own replica is missing; restore the relay's data");
        }
        return new RelayReplica(
                ByteBuffer.wrap(row).getLong(), CommitKey.ofSeed(Arrays.copyOfRange(row, Long.BYTES, row.length)));
    }

    /** Whether a replica id is that of the relay of a store. */
    public static boolean isOf(RelayStore store, long id) {
        byte @Nullable [] row = store.table("relay").get(ROW);
        return row != null && ByteBuffer.wrap(row).getLong() == id;
    }

    /** Its replica id. */
    public long id() {
        return replica;
    }

    /** As admission knows it. */
    public Author author() {
        return new Author(replica, USER, key.publicKey());
    }

    /** Whether an author is this one. */
    public boolean is(Author author) {
        return author.replica() == replica && Arrays.equals(author.commitKey(), key.publicKey());
    }

    /**
     * Commits in a round.
     *
     * @param deltas what to change, at least one; none is empty
     * @return the commit's position, when the round is stored
     * @throws IllegalArgumentException if it is rejected; the message says why
     */
    public Position commit(Round round, long stamp, List<Record> deltas) {
        VerifiedCommits commit = signed(round.head(replica), stamp, deltas);
        VerdictRun.Verdict verdict = round.admit(commit).get(0).verdict();
        if (verdict instanceof VerdictRun.Accepted accepted) {
            return accepted.first();
        } else if (verdict instanceof VerdictRun.Rejected rejected) {
            throw new IllegalArgumentException(rejected.rejection().getMessage());
        }
        throw new IllegalStateException("a verdict is neither of both");
    }

    /** Who edits a record, and when. */
    public RecordEdit.Author author(Record record, long stamp) {
        return new RecordEdit.Author(replica, record.context().last(replica) + 1, stamp);
    }

    private VerifiedCommits signed(ReplicaHead head, long stamp, List<Record> deltas) {
        byte[] body = new Commit(replica, head.nextSeq(), stamp, deltas).encode();
        byte[] link = CommitChain.link(head.link(), body);
        byte[] signature = key.sign(CommitChain.signedMessage(replica, head.nextSeq(), link));
        return VerifiedCommits.verify(
                new SignedCommits(replica, head.nextSeq(), head.link(), List.of(body), signature), author());
    }
}
