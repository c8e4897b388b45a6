package io.anabranch.relay.cli;

import java.io.Console;
import picocli.CommandLine.Option;

/** Whether a command asks before it changes anything. */
final class Confirmation {

    @Option(names = "--yes", description = "Do not ask, where there is a terminal.")
    private boolean yes;

    /**
     * Asks where there is a terminal to ask at; a script has said what it wants. The launcher makes all Javas tell the two apart.
     *
     * @throws CommandFailedException if the answer is not yes
     */
    @SuppressWarnings("SystemConsoleNull")
    void confirm(String question) {
        Console console = System.console();
        if (yes || console == null) {
            return;
        }
        String answer = console.readLine(question + " [y/N] ");
        if (answer != null && !answer.strip().matches("(?i)y|yes")) {
            throw new CommandFailedException("Nothing was changed.");
        }
    }
}
