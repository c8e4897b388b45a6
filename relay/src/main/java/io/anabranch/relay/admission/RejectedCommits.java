package io.anabranch.relay.admission;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.proto.ErrorReport;
import io.anabranch.proto.RejectedCommit;
import io.anabranch.relay.store.Admitted.RowChange;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayTable;
import io.anabranch.replica.SyncErrors;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of commits that are rejected: their content is kept, so that an administrator can see it and have it judged again.
 *
 * <p>For each replica there is a table of rejected commits, and one of the sequence numbers of those that were accepted when they were
 * judged again, which the device is told when it comes back. Rows are written with the round that judges, and go when the device says
 * that it does not keep them.
 */
public final class RejectedCommits {

    private static final byte[] NOTHING = {};

    private final RelayStore store;

    /** The rejected commits of a store. */
    public RejectedCommits(RelayStore store) {
        this.store = store;
    }

    /** The rejected commits of a replica, by sequence number. Costs their number and size. */
    public List<RejectedCommit> of(long replica) {
        return store.table(rejected(replica)).rows().stream()
                .map(row -> decode(row.value()))
                .toList();
    }

    /** One of them. */
    public Optional<RejectedCommit> find(long replica, long seq) {
        byte @Nullable [] value = store.table(rejected(replica)).get(key(seq));
        return value == null ? Optional.empty() : Optional.of(decode(value));
    }

    /** The sequence numbers of a replica's commits that were rejected and then judged again, ascending. Costs the number of both kinds. */
    public List<Long> judgedAgain(long replica) {
        Stream<Long> accepted = store.table(revised(replica)).rows().stream().map(RejectedCommits::seq);
        Stream<Long> rejected =
                of(replica).stream().filter(RejectedCommit::getJudgedAgain).map(RejectedCommit::getSeq);
        return Stream.concat(accepted, rejected).sorted().toList();
    }

    /**
     * Keeps of a replica's commits those that its device keeps as sync errors, with what their user has to say about them. Durable on
     * return; costs the number of both.
     */
    public void keep(long replica, ErrorReport report) {
        Map<Long, String> notes = new HashMap<>();
        report.getKeptList().forEach(kept -> notes.put(kept.getSeq(), kept.getNote()));
        RelayTable rejected = store.table(rejected(replica));
        for (RelayTable.Row row : rejected.rows()) {
            RejectedCommit commit = decode(row.value());
            String note = notes.get(commit.getSeq());
            if (note == null && commit.getSeq() < report.getEndSeq()) {
                rejected.delete(row.key());
            } else if (note != null && !note.equals(commit.getNote()) && note.length() <= SyncErrors.NOTE_LENGTH_MAX) {
                rejected.replace(
                        row.key(),
                        row.value(),
                        commit.toBuilder().setNote(note).build().toByteArray());
            }
        }
    }

    static RowChange rejected(RejectedCommit commit) {
        return new RowChange(rejected(commit.getReplica()), key(commit.getSeq()), commit.toByteArray());
    }

    static List<RowChange> accepted(long replica, long seq) {
        return List.of(
                new RowChange(rejected(replica), key(seq), null), new RowChange(revised(replica), key(seq), NOTHING));
    }

    private static String rejected(long replica) {
        return "rejected/" + HexFormat.of().toHexDigits(replica);
    }

    private static String revised(long replica) {
        return "accepted-since/" + HexFormat.of().toHexDigits(replica);
    }

    private static long seq(RelayTable.Row row) {
        return ByteBuffer.wrap(row.key()).getLong();
    }

    private static byte[] key(long seq) {
        return ByteBuffer.allocate(Long.BYTES).putLong(seq).array();
    }

    private static RejectedCommit decode(byte[] value) {
        try {
            return RejectedCommit.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a rejected commit is damaged; restore the relay's data", e);
        }
    }
}
