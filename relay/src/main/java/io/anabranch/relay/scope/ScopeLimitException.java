package io.anabranch.relay.scope;

/** A user's scope is beyond a limit. The message is for people: it names the rule to narrow. */
public final class ScopeLimitException extends RuntimeException {

    ScopeLimitException(String message) {
        super(message);
    }
}
