package io.anabranch.relay.configuration;

import java.util.List;

/**
 * Something in a configuration that makes no sense.
 *
 * @param path where it is: the section, the name, and so on down, as in the file that declares it
 * @param message what is wrong, without the end of a sentence
 * @param hint what to do about it; empty if the message says it
 * @param at where it is in the text at the path
 */
public record Problem(List<String> path, String message, String hint, Place at) {

    /**
     * A place in a text.
     *
     * @param line from 1
     * @param column from 1, in UTF-16 units
     */
    public record Place(int line, int column) {

        /** The beginning. */
        public static final Place START = new Place(1, 1);
    }

    /** Copies the path. */
    public Problem {
        path = List.copyOf(path);
    }

    /** What is wrong, and what to do. */
    public String text() {
        return hint.isEmpty() ? message : message + "; " + hint;
    }

    /** With its path. */
    @Override
    public String toString() {
        return String.join(".", path) + ": " + text();
    }
}
