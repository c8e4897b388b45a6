package io.anabranch.relay.administration;

import com.google.protobuf.ByteString;
import io.anabranch.proto.Device;
import io.anabranch.proto.ListRejectedReply;
import io.anabranch.proto.RejectedCommit;
import io.anabranch.proto.Rejection;
import io.anabranch.proto.RejectionCode;
import io.anabranch.proto.RetryRejectedReply;
import io.anabranch.relay.admission.Author;
import io.anabranch.relay.admission.RejectedCommits;
import io.anabranch.relay.admission.Rounds;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.VerdictRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Shows administrators the commits that were rejected, and has them judged again. Thread-safe; waits for the disk. */
final class RejectedDesk {

    private static final int REPLY_SIZE_MAX = 4 << 20;

    private final RelayStore store;
    private final RejectedCommits rejected;
    private final DeviceTable devices;
    private final Rounds rounds;
    private volatile Consumer<VerdictRun> listener = run -> {};

    RejectedDesk(RelayStore store, Rounds rounds) {
        this.store = store;
        this.rejected = new RejectedCommits(store);
        this.devices = new DeviceTable(store);
        this.rounds = rounds;
    }

    /** Tells of each verdict on a commit that is judged again. */
    void onJudged(Consumer<VerdictRun> judged) {
        listener = judged;
    }

    /** Those of a user, of everyone if the name is empty: by device, oldest first, as many as fit into a reply. */
    ListRejectedReply list(String user) {
        ListRejectedReply.Builder reply = ListRejectedReply.newBuilder();
        long size = 0;
        for (Device device : devices.list()) {
            if (!user.isEmpty() && !device.getUser().equals(user)) {
                continue;
            }
            for (RejectedCommit commit : rejected.of(device.getReplica())) {
                size += commit.getSerializedSize();
                if (size > REPLY_SIZE_MAX && reply.getCommitsCount() > 0) {
                    return reply.setMore(true).build();
                }
                reply.addCommits(commit);
            }
        }
        return reply.build();
    }

    /**
     * Judges some again, each in a round, in the order given; if none is named, all but those of revoked devices.
     *
     * @throws IllegalArgumentException if one is not there
     */
    RetryRejectedReply retry(List<RejectedCommit> named) {
        RetryRejectedReply.Builder reply = RetryRejectedReply.newBuilder();
        for (RejectedCommit commit : named.isEmpty() ? all() : found(named)) {
            Device device = devices.device(commit.getReplica())
                    .orElseThrow(() -> new IllegalArgumentException("There is no such device any more."));
            Author author = new Author(
                    device.getReplica(), device.getUser(), device.getCommitKey().toByteArray(), device.getType());
            Optional<Rejection> again = rounds.perform(round -> round.retry(author, commit));
            RejectedCommit.Builder judged = commit.toBuilder().setBody(ByteString.EMPTY);
            again.ifPresentOrElse(
                    rejection -> reply.addRejected(judged.setRejection(rejection)),
                    () -> reply.addAccepted(judged.clearRejection()));
            tell(commit);
        }
        return reply.build();
    }

    private void tell(RejectedCommit commit) {
        try (RelayView view = store.view()) {
            view.verdicts(commit.getReplica(), commit.getSeq(), commit.getSeq() + 1, 1)
                    .forEach(listener);
        }
    }

    private List<RejectedCommit> all() {
        List<RejectedCommit> all = new ArrayList<>();
        devices.list().forEach(device -> all.addAll(rejected.of(device.getReplica())));
        all.removeIf(commit -> commit.getRejection().getCode() == RejectionCode.REPLICA_REVOKED);
        return all;
    }

    private List<RejectedCommit> found(List<RejectedCommit> named) {
        List<RejectedCommit> found = new ArrayList<>();
        for (RejectedCommit commit : named) {
            found.add(rejected.find(commit.getReplica(), commit.getSeq())
                    .orElseThrow(() -> new IllegalArgumentException(
                            "There is no rejected commit of this id; it may have been accepted meanwhile.")));
        }
        return found;
    }
}
