package io.anabranch.replica.state;

import io.anabranch.proto.Rejection;
import io.anabranch.replica.commit.Commit;

/**
 * A commit that the relay rejected and the user has not yet retried or discarded. Its content stays in the view.
 *
 * @param seq its number among this replica's commits
 * @param commit what it changes
 * @param rejection why the relay did not accept it
 */
public record SyncError(long seq, Commit commit, Rejection rejection) {}
