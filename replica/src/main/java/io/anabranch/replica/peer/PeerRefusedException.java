package io.anabranch.replica.peer;

/** One side of an exchange will not go on with the other: it has no valid grant, or is not who it says. The message says what to do. */
public final class PeerRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** With a message for a person. */
    public PeerRefusedException(String message) {
        super(message);
    }
}
