package io.anabranch.replica.cli;

/** The command cannot do what was asked; the message says why and what to do next. */
public final class CliFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** With the message for the person at the terminal. */
    public CliFailure(String message) {
        super(message);
    }
}
