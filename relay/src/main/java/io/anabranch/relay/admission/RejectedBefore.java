package io.anabranch.relay.admission;

import com.google.protobuf.ByteString;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.RejectedCommit;
import io.anabranch.proto.Rejection;
import io.anabranch.proto.RejectionCode;
import io.anabranch.relay.store.RelayStore;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The records that rejected commits were to make, during one round. A later commit that misses one of them is rejected for that
 * reason, so that its author corrects the first one first. Reads what was rejected of a replica when a commit of it is.
 */
final class RejectedBefore {

    private final RejectedCommits commits;
    private final Map<Long, Map<RecordKey, Long>> seqs = new HashMap<>();

    RejectedBefore(RelayStore store) {
        this.commits = new RejectedCommits(store);
    }

    /** What to say of a rejected commit; notes it. */
    Rejection explained(long replica, long seq, ByteString body, Rejection rejection) {
        Map<RecordKey, Long> known = seqs.computeIfAbsent(replica, this::stored);
        RecordKey missing = missing(rejection);
        Long cause = missing == null ? null : known.get(missing);
        note(known, replica, seq, body);
        return cause == null || cause >= seq ? rejection : Rejections.dependsOn(rejection, cause);
    }

    private Map<RecordKey, Long> stored(long replica) {
        Map<RecordKey, Long> stored = new HashMap<>();
        for (RejectedCommit commit : commits.of(replica)) {
            note(stored, replica, commit.getSeq(), commit.getBody());
        }
        return stored;
    }

    private static void note(Map<RecordKey, Long> known, long replica, long seq, ByteString body) {
        for (Proposal.Delta delta :
                Proposal.read(body.toByteArray(), replica, seq).deltas()) {
            known.putIfAbsent(delta.key(), seq);
        }
    }

    /** The record without which a commit could not be accepted. */
    private static @Nullable RecordKey missing(Rejection rejection) {
        if (rejection.getCode() == RejectionCode.RECORD_UNKNOWN) {
            return new RecordKey(rejection.getType(), rejection.getId());
        }
        String type = rejection.getDetailsOrDefault("reference-type", "");
        String id = rejection.getDetailsOrDefault("reference-id", "");
        return rejection.getCode() == RejectionCode.INVALID_REFERENCE && !type.isEmpty() && !id.isEmpty()
                ? new RecordKey(type, id)
                : null;
    }
}
