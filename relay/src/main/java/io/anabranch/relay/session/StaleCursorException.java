package io.anabranch.relay.session;

/** A cursor means nothing to this store. The device refreshes: it begins without a cursor. */
public final class StaleCursorException extends RuntimeException {

    private static final long serialVersionUID = 1;

    StaleCursorException(String message) {
        super(message);
    }
}
