package io.anabranch.replica.state;

import io.anabranch.replica.wire.WireLimits;

/** A save is larger than a commit may be. Nothing of it was kept; save it in parts. */
public final class CommitTooLargeException extends RuntimeException {

    private static final long serialVersionUID = 1;

    CommitTooLargeException(int size) {
        super("the save is too large for one commit; save it in parts {size=" + size + ", size_max="
                + WireLimits.COMMIT_SIZE_MAX + "}");
    }
}
