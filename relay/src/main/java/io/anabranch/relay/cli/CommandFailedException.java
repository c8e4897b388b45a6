package io.anabranch.relay.cli;

/** A command cannot do what it was asked. The message says why and what to do. */
final class CommandFailedException extends RuntimeException {

    CommandFailedException(String message) {
        super(message);
    }
}
