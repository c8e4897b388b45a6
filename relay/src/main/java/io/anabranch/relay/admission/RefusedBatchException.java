package io.anabranch.relay.admission;

/** A batch of commits has no certain place in its replica's history. Nothing was changed; the session that brought it ends. */
public abstract sealed class RefusedBatchException extends RuntimeException
        permits GapException, ForkedHistoryException {

    private static final long serialVersionUID = 1;

    RefusedBatchException(String message) {
        super(message);
    }
}
