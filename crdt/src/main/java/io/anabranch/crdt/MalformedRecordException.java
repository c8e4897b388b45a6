package io.anabranch.crdt;

/** The bytes are not a record in canonical encoding. Nothing of them was used. */
public final class MalformedRecordException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** With what is wrong; constant for a cause. */
    public MalformedRecordException(String message) {
        super(message);
    }

    /** With what is wrong and what found it. */
    public MalformedRecordException(String message, Throwable cause) {
        super(message, cause);
    }

    static void require(boolean condition, String message) {
        if (!condition) {
            throw new MalformedRecordException(message);
        }
    }
}
