package io.anabranch.relay.server;

/** The relay cannot serve. The message says why and what to do. */
public final class RelayStartException extends RuntimeException {

    RelayStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
