package io.anabranch.relay.testkit;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.relay.admission.Author;
import io.anabranch.relay.admission.VerifiedCommits;
import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.commit.CommitChain;
import io.anabranch.replica.commit.SignedCommits;
import io.anabranch.replica.identity.CommitKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A replica without a store: makes commits, chains and signs them, and remembers which dots it has used. */
public final class CommitMaker {

    /** The time of the tests: ms since 1970. */
    public static final long NOW = 1_700_000_000_000L;

    private final long replica;
    private final CommitKey key;
    private final Map<RecordKey, Long> lastN = new HashMap<>();
    private long nextSeq = 1;
    private byte[] link = CommitChain.start();
    private long stamp = NOW << 16;

    /** A replica with a history of its own. */
    public CommitMaker(long replica) {
        this.replica = replica;
        byte[] seed = new byte[CommitKey.SEED_SIZE];
        Arrays.fill(seed, (byte) replica);
        this.key = CommitKey.ofSeed(seed);
    }

    /** As enrolment would know it. */
    public Author author() {
        return new Author(replica, "user-" + replica, key.publicKey());
    }

    /** The number of the next commit. */
    public long nextSeq() {
        return nextSeq;
    }

    /** An edit of a record as this replica sees it, as a delta. */
    public Record delta(Record view, UnaryOperator<RecordEdit> change) {
        long last = Math.max(lastN.getOrDefault(view.key(), 0L), view.context().last(replica));
        RecordEdit edit = new RecordEdit(view, null, new RecordEdit.Author(replica, last + 1, ++stamp));
        Record delta = change.apply(edit).build();
        lastN.put(view.key(), Math.max(last, delta.context().last(replica)));
        return delta;
    }

    /** The body of the next commit. */
    public byte[] body(Record... deltas) {
        return new Commit(replica, nextSeq, stamp, List.of(deltas)).encode();
    }

    /** The next commit of given deltas. */
    public VerifiedCommits commit(Record... deltas) {
        return VerifiedCommits.verify(sign(List.of(body(deltas))), author());
    }

    /** Chains and signs bodies as the next commits, whatever they hold. */
    public SignedCommits sign(List<byte[]> bodies) {
        byte[] previous = link;
        for (byte[] body : bodies) {
            link = CommitChain.link(link, body);
        }
        long firstSeq = nextSeq;
        nextSeq += bodies.size();
        byte[] signature = key.sign(CommitChain.signedMessage(replica, nextSeq - 1, link));
        return new SignedCommits(replica, firstSeq, previous, bodies, signature);
    }

    /** The next commits in one batch: one for each delta. */
    public SignedCommits batch(List<Record> deltas) {
        long seq = nextSeq;
        List<byte[]> bodies = new ArrayList<>();
        for (Record delta : deltas) {
            bodies.add(new Commit(replica, seq++, stamp, List.of(delta)).encode());
        }
        return sign(bodies);
    }
}
