package io.anabranch.relay.scope.clause;

/** A condition cannot be made into clauses. The message says why, and what to write instead. */
public final class ClauseException extends RuntimeException {

    /** What is wrong with the condition. */
    public ClauseException(String message) {
        super(message);
    }
}
