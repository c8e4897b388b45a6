package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.BY_RECORD;
import static io.anabranch.replica.state.ReplicaFamilies.ERRORS;
import static io.anabranch.replica.state.ReplicaFamilies.PENDING;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.crdt.DotSet;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.Delta;
import io.anabranch.proto.PendingCommit;
import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.commit.CommitId;
import io.anabranch.replica.commit.SignedCommits;
import io.anabranch.replica.storage.Family;
import io.anabranch.replica.storage.Scan;
import io.anabranch.replica.storage.StorageException;
import io.anabranch.replica.storage.StorageReader;
import io.anabranch.replica.storage.WriteBatch;
import io.anabranch.replica.wire.RecordKeys;
import io.anabranch.replica.wire.WireLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The rows of the commits that are not in the base: pending and rejected ones, and which records they touch. */
final class PendingLog {

    private final StorageReader storage;
    private final long replica;
    private final Unconfirmed unconfirmed;
    /** No own commit before this is pending: a scan need not step over all that were. */
    private long noneBefore;

    PendingLog(StorageReader storage, long replica, int rowsInMemoryMax) {
        this.storage = storage;
        this.replica = replica;
        this.unconfirmed = new Unconfirmed(storage, rowsInMemoryMax);
    }

    void put(WriteBatch batch, Commit commit, PendingCommit row) {
        byte[] commitKey = ReplicaFamilies.commitKey(commit.replica(), commit.seq());
        batch.put(PENDING, commitKey, row.toByteArray());
        for (Record delta : commit.deltas()) {
            batch.put(BY_RECORD, ReplicaFamilies.byRecordKey(RecordKeys.encode(delta.key()), commitKey), new byte[0]);
        }
    }

    /** Forgets a commit, whichever family it is in. */
    void delete(WriteBatch batch, Family family, CommitOutline commit) {
        byte[] commitKey = ReplicaFamilies.commitKey(commit.id());
        batch.delete(family, commitKey);
        for (RecordKey key : commit.keys()) {
            batch.delete(BY_RECORD, ReplicaFamilies.byRecordKey(RecordKeys.encode(key), commitKey));
        }
    }

    Optional<PendingCommit> find(Family family, long seq) {
        byte[] bytes = storage.get(family, ReplicaFamilies.commitKey(replica, seq));
        return bytes == null ? Optional.empty() : Optional.of(parse(bytes));
    }

    /** The own commits of a family, ascending by seq, from {@code firstSeq} on. */
    List<PendingCommit> list(Family family, long firstSeq, int countMax) {
        List<PendingCommit> rows = new ArrayList<>();
        try (Scan scan = own(family, firstSeq)) {
            while (rows.size() < countMax && scan.next()) {
                rows.add(parse(scan.value()));
            }
        }
        return rows;
    }

    long count(Family family) {
        long count = 0;
        try (Scan scan = own(family, 0)) {
            while (scan.next()) {
                count++;
            }
        }
        return count;
    }

    /** The lowest own seq that is pending, empty if none is. */
    Optional<Long> firstPendingSeq() {
        try (Scan scan = own(PENDING, noneBefore)) {
            if (!scan.next()) {
                return Optional.empty();
            }
            noneBefore = ReplicaFamilies.seqOf(scan.key());
            return Optional.of(noneBefore);
        }
    }

    /** The lowest own seq from one on that is pending, {@link Long#MAX_VALUE} if none is. */
    long nextPending(long fromSeq) {
        try (Scan scan = own(PENDING, fromSeq)) {
            return scan.next() ? ReplicaFamilies.seqOf(scan.key()) : Long.MAX_VALUE;
        }
    }

    /** A sync error becomes pending. */
    void pendingAgain(long seq) {
        noneBefore = Math.min(noneBefore, seq);
    }

    /** How many unconfirmed commits, from a seq on, the device made about itself. */
    long countOwnMaking(long firstSeq) {
        return unconfirmed.ownMaking().stream()
                .filter(id -> id.seq() >= firstSeq)
                .count();
    }

    /** The records that unconfirmed commits touch. */
    Set<RecordKey> keys() {
        return unconfirmed.keys();
    }

    /** Whether unconfirmed commits touch a record. */
    boolean touches(RecordKey key) {
        return unconfirmed.touches(key);
    }

    /** The unconfirmed commits that touch a record. */
    List<CommitId> commitsOf(RecordKey key) {
        return unconfirmed.of(key);
    }

    /** What an unconfirmed commit does to a record, null if nothing. */
    @Nullable
    Record delta(CommitId id, RecordKey key) {
        return deltas(id).byRecord().get(key);
    }

    /** Those of some own commits that are pending, and not sync errors or gone. */
    List<CommitOutline> pending(List<Long> seqs) {
        List<CommitOutline> pending = new ArrayList<>(seqs.size());
        List<byte[]> unknown = new ArrayList<>();
        for (long seq : seqs) {
            CommitId id = new CommitId(replica, seq);
            CommitOutline known = unconfirmed.pending(id);
            if (known == null) {
                unknown.add(ReplicaFamilies.commitKey(id));
            } else {
                pending.add(known);
            }
        }
        for (byte[] row : unknown.isEmpty() ? List.<byte[]>of() : storage.getAll(PENDING, unknown)) {
            if (row != null) {
                pending.add(CommitOutline.of(parse(row).getBody()));
            }
        }
        return pending;
    }

    /** A pending commit is to be a sync error. */
    void rejected(CommitId id) {
        unconfirmed.rejected(id);
    }

    /** How the base of a record is kept. */
    Unconfirmed.BaseKept baseKept(RecordKey key) {
        return unconfirmed.baseKept(key);
    }

    /** Whether a record has a base apart from its view. */
    boolean isBaseApart(RecordKey key) {
        return unconfirmed.baseKept(key) != Unconfirmed.BaseKept.AS_VIEW;
    }

    /** The base of a record is kept in another way now. */
    void baseKept(RecordKey key, Unconfirmed.BaseKept kept) {
        unconfirmed.baseKept(key, kept);
    }

    /** The relay has confirmed nothing of a record of which this is the view. */
    void baseEmpty(RecordKey key, ViewMark view) {
        unconfirmed.baseEmpty(key, view);
    }

    /** What is remembered of the view of a record of which the relay has confirmed nothing, null if that has to be read. */
    @Nullable
    ViewMark viewMark(RecordKey key) {
        return unconfirmed.viewMark(key);
    }

    /** Whether a record has left the scope and stays for the sake of its commits. */
    boolean isLeft(RecordKey key) {
        return unconfirmed.isLeft(key);
    }

    /** It has been stored that a record has left the scope, or no longer waits to go. */
    void left(RecordKey key, boolean isLeft) {
        unconfirmed.left(key, isLeft);
    }

    private Unconfirmed.Deltas deltas(CommitId id) {
        Unconfirmed.Deltas known = unconfirmed.deltas(id);
        return known == null ? unconfirmed.keep(id, read(id)) : known;
    }

    /** A commit has been stored. */
    void added(Commit commit) {
        unconfirmed.add(commit);
    }

    /** A sync error has been stored anew. */
    void rewritten(CommitId id, Commit commit) {
        unconfirmed.keep(id, commit);
    }

    /** Commits have gone from the store. */
    void removed(List<CommitOutline> commits) {
        unconfirmed.remove(commits);
    }

    private Commit read(CommitId id) {
        byte[] bytes = storage.get(PENDING, ReplicaFamilies.commitKey(id));
        if (bytes == null) {
            bytes = storage.get(ERRORS, ReplicaFamilies.commitKey(id));
        }
        if (bytes == null) {
            throw new StorageException("a commit that a record names is missing; refresh the store", Map.of(), null);
        }
        return commit(parse(bytes));
    }

    /** The commit of a row, with all that it supersedes. */
    static Commit commit(PendingCommit row) {
        Commit commit = Commit.decode(row.getBody().toByteArray());
        if (row.getSupersedesCount() == 0) {
            return commit;
        }
        List<Record> deltas = new ArrayList<>(commit.deltas());
        for (Delta more : row.getSupersedesList()) {
            RecordKey key = RecordKeys.of(more.getType(), more.getId());
            DotSet dots = Record.decode(key, more.getState().toByteArray()).context();
            deltas.replaceAll(delta ->
                    delta.key().equals(key) ? delta.withContext(delta.context().union(dots)) : delta);
        }
        return new Commit(commit.replica(), commit.seq(), commit.stamp(), deltas, commit.rests());
    }

    /**
     * The next commits to send: consecutive ones from the first on that is pending at {@code fromSeq} or later, up to one that has a
     * signature, so that this one signature proves them all; where the one that had it is not pending any more, up to where they end, to
     * be signed again. Null if there are none.
     */
    @Nullable
    SignedCommits batchFrom(long fromSeq, UnaryOperator<byte[]> signer) {
        long firstSeq = nextPending(fromSeq);
        List<byte[]> bodies = new ArrayList<>();
        List<byte[]> unsigned = new ArrayList<>();
        byte[] previousLink = null;
        byte[] signature = null;
        long size = 0;
        try (Scan scan = own(PENDING, firstSeq)) {
            while (scan.next() && ReplicaFamilies.seqOf(scan.key()) == firstSeq + bodies.size() + unsigned.size()) {
                PendingCommit row = parse(scan.value());
                previousLink = previousLink == null ? row.getPreviousLink().toByteArray() : previousLink;
                unsigned.add(row.getBody().toByteArray());
                size += row.getBody().size();
                if (!row.getSignature().isEmpty()) {
                    if (signature != null && isFull(bodies.size() + unsigned.size(), size)) {
                        break;
                    }
                    bodies.addAll(unsigned);
                    unsigned.clear();
                    signature = row.getSignature().toByteArray();
                    if (size >= WireLimits.BATCH_SIZE_TARGET) {
                        break;
                    }
                }
            }
        }
        if (previousLink == null) {
            return null;
        } else if (signature == null) {
            return signed(new SignedCommits(replica, firstSeq, previousLink, unsigned, new byte[0]), signer);
        }
        return new SignedCommits(replica, firstSeq, previousLink, bodies, signature);
    }

    private static SignedCommits signed(SignedCommits commits, UnaryOperator<byte[]> signer) {
        List<byte[]> links = commits.links();
        byte[] signature = signer.apply(commits.signedMessage(links.get(links.size() - 1)));
        return new SignedCommits(
                commits.replica(), commits.firstSeq(), commits.previousLink(), commits.bodies(), signature);
    }

    private static boolean isFull(int count, long size) {
        return count > WireLimits.COMMITS_PER_BATCH_MAX || size > WireLimits.BATCH_SIZE_TARGET;
    }

    private Scan own(Family family, long firstSeq) {
        return storage.scan(
                family,
                ReplicaFamilies.commitKey(replica, firstSeq),
                ReplicaFamilies.commitKey(replica, Long.MAX_VALUE));
    }

    static PendingCommit parse(byte[] bytes) {
        try {
            return PendingCommit.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new StorageException("a pending commit is damaged; its content cannot be read", Map.of(), e);
        }
    }
}
