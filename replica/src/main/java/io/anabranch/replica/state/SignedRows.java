package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.PENDING;

import io.anabranch.proto.PendingCommit;
import io.anabranch.replica.commit.SealedContent;
import io.anabranch.replica.commit.SignedCommits;
import io.anabranch.replica.storage.Scan;
import io.anabranch.replica.storage.StorageReader;
import io.anabranch.replica.wire.WireLimits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Reads pending commits of one replica as they are sent: consecutive ones, up to one that has a signature, which proves them all. */
final class SignedRows {

    private final StorageReader storage;
    private final long replica;
    private final List<PendingCommit> signed = new ArrayList<>();
    private final List<PendingCommit> unsigned = new ArrayList<>();
    private byte[] signature = new byte[0];

    /** How much is read at a time. */
    enum Extent {
        /** As much as makes a batch. */
        BATCH,
        /** What was signed together, and no more. */
        GROUP
    }

    SignedRows(StorageReader storage, long replica) {
        this.storage = storage;
        this.replica = replica;
    }

    /**
     * The next commits, from the first on that is there at {@code fromSeq} or later.
     *
     * @param signer where the commit that had the signature is not there any more, signs what there is; null if nobody here can
     * @return null if there are none, or none that are signed
     */
    @Nullable
    SignedCommits from(long fromSeq, Extent extent, @Nullable UnaryOperator<byte[]> signer) {
        long firstSeq = read(fromSeq, extent);
        if (!signed.isEmpty()) {
            return commits(firstSeq, signed, signature);
        } else if (unsigned.isEmpty() || signer == null) {
            return null;
        }
        SignedCommits commits = commits(firstSeq, unsigned, new byte[0]);
        List<byte[]> links = commits.links();
        return commits(firstSeq, unsigned, signer.apply(commits.signedMessage(links.get(links.size() - 1))));
    }

    private long read(long fromSeq, Extent extent) {
        long firstSeq = 0;
        long size = 0;
        try (Scan scan = storage.scan(
                PENDING,
                ReplicaFamilies.commitKey(replica, fromSeq),
                ReplicaFamilies.commitKey(replica, Long.MAX_VALUE))) {
            while (scan.next()) {
                long seq = ReplicaFamilies.seqOf(scan.key());
                firstSeq = firstSeq == 0 ? seq : firstSeq;
                if (seq != firstSeq + signed.size() + unsigned.size()) {
                    break;
                }
                PendingCommit row = PendingLog.parse(scan.value());
                unsigned.add(row);
                size += row.getSerializedSize();
                if (!row.getSignature().isEmpty()) {
                    if (!signed.isEmpty() && isFull(signed.size() + unsigned.size(), size)) {
                        break;
                    }
                    signed.addAll(unsigned);
                    unsigned.clear();
                    signature = row.getSignature().toByteArray();
                    if (size >= WireLimits.BATCH_SIZE_TARGET || extent == Extent.GROUP) {
                        break;
                    }
                }
            }
        }
        return firstSeq;
    }

    private static boolean isFull(int count, long size) {
        return count > WireLimits.COMMITS_PER_BATCH_MAX || size > WireLimits.BATCH_SIZE_TARGET;
    }

    private SignedCommits commits(long firstSeq, List<PendingCommit> rows, byte[] by) {
        List<byte[]> bodies = new ArrayList<>(rows.size());
        Map<Integer, SealedContent> sealed = new HashMap<>();
        for (PendingCommit row : rows) {
            if (row.hasSealed()) {
                sealed.put(
                        bodies.size(),
                        new SealedContent(
                                row.getSealed().getHash().toByteArray(),
                                row.getSealed().getContent().toByteArray()));
            }
            bodies.add(row.getBody().toByteArray());
        }
        return new SignedCommits(
                replica, firstSeq, rows.get(0).getPreviousLink().toByteArray(), bodies, by, sealed);
    }
}
