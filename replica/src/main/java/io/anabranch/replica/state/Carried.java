package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.PENDING;

import com.google.protobuf.ByteString;
import io.anabranch.crdt.Position;
import io.anabranch.proto.PendingCommit;
import io.anabranch.proto.SealedBody;
import io.anabranch.proto.VerdictRun;
import io.anabranch.proto.Verdicts;
import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.commit.CommitChain;
import io.anabranch.replica.commit.CommitId;
import io.anabranch.replica.commit.SealedContent;
import io.anabranch.replica.commit.SignedCommits;
import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.Scan;
import io.anabranch.replica.storage.WriteBatch;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.Positions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The commits of other replicas that a device carries to the relay, as their authors signed them.
 *
 * <p>They are in the view like own pending ones, but for those that are sealed, which only the relay can read. One that the relay accepts is
 * forgotten when the device's cursor passes it, one that it rejects at once. Verdicts are kept in memory only: after a restart the relay
 * repeats them. For the thread that owns the state.
 */
public final class Carried {

    /** Most commits that a device carries. */
    public static final int COMMITS_MAX = 200_000;
    /** Most replicas of which a device carries commits. */
    public static final int AUTHORS_MAX = 1_000;

    private static final int SEGMENTS_MAX = 64;

    private final ReplicaState state;
    private final Map<Long, CarriedAuthor> authors = new TreeMap<>();
    private long count;

    Carried(ReplicaState state) {
        this.state = state;
        try (Scan scan = state.storage().scan(PENDING, new byte[0], null)) {
            while (scan.next()) {
                CommitId id = ReplicaFamilies.commitId(scan.key());
                if (id.replica() != state.replica()) {
                    author(id.replica()).add(id.seq());
                    count++;
                }
            }
        }
    }

    /** How many there are, sealed ones too. */
    public long count() {
        return count;
    }

    /** Those that have no verdict, by author. */
    public List<CommitRun> runs() {
        List<CommitRun> runs = new ArrayList<>();
        authors.values().forEach(author -> runs.addAll(author.runsFrom(author.firstUnjudgedSeq())));
        return runs;
    }

    /** Those of one replica that have no verdict. */
    public List<CommitRun> runs(long replica) {
        CarriedAuthor author = authors.get(replica);
        return author == null ? List.of() : author.runsFrom(author.firstUnjudgedSeq());
    }

    /** Whether a commit is carried and has no verdict. */
    public boolean isUnjudged(CommitId id) {
        CarriedAuthor author = authors.get(id.replica());
        return author != null && id.seq() >= author.firstUnjudgedSeq() && author.holds(id.seq());
    }

    /** The link of a commit that is carried; null if it is not. */
    public byte @Nullable [] link(CommitId id) {
        PendingCommit row = state.log().row(id);
        return row == null ? null : link(row);
    }

    /** Signed commits of a replica to send, from {@code firstSeq} on; null if there are none. */
    public @Nullable SignedCommits batchFrom(long replica, long firstSeq) {
        return state.log().batchFrom(replica, firstSeq, SignedRows.Extent.BATCH, state.signer());
    }

    /** Of the next signed commits of a replica, this one's included, those that were signed together. */
    public @Nullable SignedCommits groupFrom(long replica, long firstSeq) {
        return state.log().batchFrom(replica, firstSeq, SignedRows.Extent.GROUP, state.signer());
    }

    /**
     * Takes commits whose signature is verified. Those that are here already, or have a verdict, and own ones, are left out. Durable on
     * return.
     *
     * @return how many were taken; 0 also if there is no room
     * @throws MalformedMessageException if they are malformed, or of another history than what is here of their author; nothing was changed
     */
    public int add(SignedCommits commits) {
        if (commits.replica() == state.replica() || !hasRoom(commits)) {
            return 0;
        }
        List<byte[]> links = commits.links();
        requireContinued(commits, links);
        CarriedAuthor known = authors.get(commits.replica());
        BaseUpdate update = new BaseUpdate(state);
        List<Commit> plain = new ArrayList<>();
        List<Long> added = new ArrayList<>();
        int opened = 0;
        for (int i = 0; i < links.size(); i++) {
            long seq = commits.firstSeq() + i;
            boolean held = known != null && known.holds(seq);
            if (known != null && seq < known.firstUnjudgedSeq()) {
                continue;
            } else if (held && !opens(commits, i)) {
                keepSignature(commits, i, update.batch());
                continue;
            }
            PendingCommit row = row(commits, links, i);
            if (row.hasSealed()) {
                update.batch().put(PENDING, ReplicaFamilies.commitKey(commits.replica(), seq), row.toByteArray());
            } else {
                Commit commit = Commit.decode(row.getBody().toByteArray());
                if (commit.replica() != commits.replica() || commit.seq() != seq) {
                    throw new MalformedMessageException("a commit is not of its place in the history");
                }
                update.carry(commit, row);
                plain.add(commit);
            }
            opened += held ? 1 : 0;
            added.add(seq);
        }
        if (!update.batch().isEmpty()) {
            update.finish();
            state.storage().write(update.batch(), Durability.SYNC);
            update.written();
            plain.forEach(state.log()::added);
        }
        CarriedAuthor author = author(commits.replica());
        added.forEach(author::add);
        count += added.size() - opened;
        state.changed(update.slots());
        return added.size();
    }

    /** Takes verdicts on commits of a replica. Those already taken are ignored, and so is what is not here. */
    public void judge(long replica, Verdicts verdicts) {
        CarriedAuthor author = authors.get(replica);
        if (author == null) {
            return;
        }
        BaseUpdate update = new BaseUpdate(state);
        List<Long> rejected = new ArrayList<>();
        for (VerdictRun run : verdicts.getRunsList()) {
            long first = run.getFirstSeq();
            if (first < 1 || run.getCount() < 1 || run.getCount() > Long.MAX_VALUE / 4 || first > Long.MAX_VALUE / 4) {
                throw new MalformedMessageException("a verdict is out of range");
            }
            long end = first + run.getCount();
            long from = Math.max(first, author.firstUnjudgedSeq());
            if (from < end) {
                if (run.getVerdictCase() == VerdictRun.VerdictCase.ACCEPTED) {
                    Position at = Positions.of(run.getAccepted());
                    author.accepted(new JudgedRuns.Run(first, run.getCount(), at).from(from));
                } else {
                    rejected.addAll(author.heldBetween(from, end));
                }
                author.judgedBefore(end);
            }
        }
        drop(author, replica, rejected, update);
        pass();
    }

    /** The relay will never take what is here of a replica: it goes. */
    public void refuse(long replica) {
        CarriedAuthor author = authors.get(replica);
        if (author != null) {
            List<Long> all = author.heldBetween(author.firstUnjudgedSeq(), Long.MAX_VALUE);
            drop(author, replica, all, new BaseUpdate(state));
        }
    }

    private void drop(CarriedAuthor author, long replica, List<Long> seqs, BaseUpdate update) {
        if (seqs.isEmpty()) {
            return;
        }
        state.log().pending(replica, seqs).forEach(commit -> update.forget(PENDING, commit));
        update.finish();
        state.storage().write(update.batch(), Durability.BUFFERED);
        update.written();
        seqs.forEach(author::remove);
        count -= seqs.size();
        state.changed(update.slots());
    }

    /** Forgets what is in the base by now. */
    void pass() {
        Position reached = state.appliedPosition();
        if (passes(reached)) {
            BaseUpdate update = new BaseUpdate(state);
            forget(update, reached);
            update.finish();
            state.storage().write(update.batch(), Durability.BUFFERED);
            update.written();
            forgotten(reached);
            state.changed(update.slots());
        }
    }

    /** Whether something need not be kept by a state that has reached a position. */
    boolean passes(Position position) {
        return authors.values().stream()
                .anyMatch(author -> !author.passedBy(position).isEmpty());
    }

    /** Adds to an update that what was accepted up to a position is in the base. */
    void forget(BaseUpdate update, Position position) {
        authors.forEach((replica, author) -> {
            List<Long> passed = author.passedBy(position);
            if (!passed.isEmpty()) {
                state.log().pending(replica, passed).forEach(commit -> update.forget(PENDING, commit));
            }
        });
    }

    /** To be called when the batch of {@link #forget} is written. */
    void forgotten(Position position) {
        authors.values().forEach(author -> {
            count -= author.passedBy(position).size();
            author.passed(position);
        });
    }

    /** All is judged again. */
    void judgeAgain() {
        authors.values().forEach(CarriedAuthor::judgeAgain);
    }

    private boolean hasRoom(SignedCommits commits) {
        CarriedAuthor author = authors.get(commits.replica());
        return count + commits.bodies().size() <= COMMITS_MAX
                && (author != null || authorCount() < AUTHORS_MAX)
                && (author == null || author.segmentCount() < SEGMENTS_MAX);
    }

    private long authorCount() {
        return authors.values().stream().filter(author -> !author.isEmpty()).count();
    }

    private boolean opens(SignedCommits commits, int index) {
        PendingCommit row = state.log().row(new CommitId(commits.replica(), commits.firstSeq() + index));
        return row != null && row.hasSealed() && !commits.sealed().containsKey(index);
    }

    /** A commit that is here may have been in the middle of what was signed together. */
    private void keepSignature(SignedCommits commits, int index, WriteBatch batch) {
        CommitId id = new CommitId(commits.replica(), commits.firstSeq() + index);
        PendingCommit row = index == commits.bodies().size() - 1 ? state.log().row(id) : null;
        if (row != null && row.getSignature().isEmpty()) {
            batch.put(
                    PENDING,
                    ReplicaFamilies.commitKey(id),
                    row.toBuilder()
                            .setSignature(ByteString.copyFrom(commits.signature()))
                            .build()
                            .toByteArray());
        }
    }

    /** That the links are those of what is here already, at the borders and within. */
    private void requireContinued(SignedCommits commits, List<byte[]> links) {
        CarriedAuthor author = authors.get(commits.replica());
        for (long seq = commits.firstSeq() - 1; author != null && seq < commits.endSeq(); seq++) {
            PendingCommit row = author.holds(seq) ? state.log().row(new CommitId(commits.replica(), seq)) : null;
            byte[] link =
                    seq < commits.firstSeq() ? commits.previousLink() : links.get((int) (seq - commits.firstSeq()));
            if (row != null && !Arrays.equals(link, link(row))) {
                throw new MalformedMessageException(
                        "commits are of another history than what is known of their author");
            }
        }
    }

    private static byte[] link(PendingCommit row) {
        byte[] hash = row.hasSealed()
                ? row.getSealed().getHash().toByteArray()
                : CommitChain.hash(row.getBody().toByteArray());
        return CommitChain.linkOfHash(row.getPreviousLink().toByteArray(), hash);
    }

    private static PendingCommit row(SignedCommits commits, List<byte[]> links, int index) {
        byte[] previous = index == 0 ? commits.previousLink() : links.get(index - 1);
        PendingCommit.Builder row = PendingCommit.newBuilder().setPreviousLink(ByteString.copyFrom(previous));
        SealedContent sealed = commits.sealed().get(index);
        if (sealed == null) {
            row.setBody(ByteString.copyFrom(commits.bodies().get(index)));
        } else {
            row.setSealed(SealedBody.newBuilder()
                    .setHash(ByteString.copyFrom(sealed.hash()))
                    .setContent(ByteString.copyFrom(sealed.content())));
        }
        if (index == links.size() - 1) {
            row.setSignature(ByteString.copyFrom(commits.signature()));
        }
        return row.build();
    }

    private CarriedAuthor author(long replica) {
        return authors.computeIfAbsent(replica, CarriedAuthor::new);
    }
}
