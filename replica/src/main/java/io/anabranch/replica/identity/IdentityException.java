package io.anabranch.replica.identity;

/**
 * Keys, a certificate, a name or a signing request that cannot be used: damaged in storage, malformed by a peer, or not
 * belonging together. The message says what is wrong and what to do next; it never contains key material.
 */
public final class IdentityException extends RuntimeException {

    /** An exception with this message, a sentence for a person. */
    public IdentityException(String message) {
        super(message);
    }

    /** An exception with this message, a sentence for a person, and what led to it. */
    public IdentityException(String message, Throwable cause) {
        super(message, cause);
    }
}
