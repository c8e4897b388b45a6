package io.anabranch.replica.state;

import io.anabranch.proto.Rejection;
import io.anabranch.replica.commit.Commit;
import java.util.List;

/**
 * A commit that the relay rejected and the user has not yet retried or discarded. Its content stays in the view.
 *
 * @param seq its number among this replica's commits
 * @param commit what it changes
 * @param rejection why the relay did not accept it
 * @param note what the person wrote for the administrator, empty if nothing
 */
public record SyncError(long seq, Commit commit, Rejection rejection, String note) {

    /** The detail of a rejection that names the id of the record into which this one was merged. */
    public static final String MERGED_INTO = "merged-into";

    /** What may be done about a sync error. */
    public enum Remedy {
        /** Change what is wrong and send it again. */
        EDIT,
        /** Send it again as it is: what stood in the way may be gone. */
        RETRY,
        /** Take back what it wrote. */
        DISCARD,
        /** Bring the deleted record back and send it again. */
        UNDELETE,
        /** Ask for the right, or for the rules to be changed. */
        ASK_ADMINISTRATOR
    }

    /** What may be done about it, the most promising first. */
    public List<Remedy> remedies() {
        return switch (rejection.getCode()) {
            case RECORD_DELETED ->
                rejection.containsDetails(MERGED_INTO)
                        ? List.of(Remedy.DISCARD, Remedy.ASK_ADMINISTRATOR)
                        : List.of(Remedy.UNDELETE, Remedy.DISCARD, Remedy.ASK_ADMINISTRATOR);
            case INSUFFICIENT_ACCESS, OUT_OF_SCOPE, RECORD_LOCKED, REPLICA_REVOKED ->
                List.of(Remedy.ASK_ADMINISTRATOR, Remedy.EDIT, Remedy.RETRY, Remedy.DISCARD);
            case DEPENDS_ON_REJECTED, SCHEMA_OUTDATED -> List.of(Remedy.RETRY, Remedy.EDIT, Remedy.DISCARD);
            default -> List.of(Remedy.EDIT, Remedy.RETRY, Remedy.DISCARD, Remedy.ASK_ADMINISTRATOR);
        };
    }
}
