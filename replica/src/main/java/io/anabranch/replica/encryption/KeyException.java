package io.anabranch.replica.encryption;

import org.jspecify.annotations.Nullable;

/** An encrypted store could not be opened, or not be made. Nothing was changed. The message says what to do. */
public final class KeyException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Code code;

    /** Why. */
    public enum Code {
        /** The passphrase, or the other key source, is not the store's. */
        WRONG_KEY,
        /** The store is encrypted and no key source was given. */
        KEY_NEEDED,
        /** A key source was given, and the store is not encrypted. */
        NOT_ENCRYPTED,
        /** The file that has the key is not what was written. */
        DAMAGED,
        /** The key source failed, or the file could not be read or written; the cause says what. */
        FAILED
    }

    /** With a code and a message that says what to do. */
    public KeyException(Code code, String message) {
        this(code, message, null);
    }

    /** With a cause. */
    public KeyException(Code code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** Why. */
    public Code code() {
        return code;
    }
}
