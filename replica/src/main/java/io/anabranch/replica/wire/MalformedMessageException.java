package io.anabranch.replica.wire;

/** A message from outside is malformed, oversized or out of turn. It was not used; the session that brought it ends. */
public final class MalformedMessageException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** With what is wrong; constant for a cause. */
    public MalformedMessageException(String message) {
        super(message);
    }

    /** With what is wrong and what found it. */
    public MalformedMessageException(String message, Throwable cause) {
        super(message, cause);
    }
}
