package io.anabranch.relay.scope;

/**
 * A rule that cannot be followed, and so gives nothing.
 *
 * @param rule the rule's name
 * @param message why, and what to do
 */
public record ScopeProblem(String rule, String message) {

    @Override
    public String toString() {
        return "The rule " + rule + " gives nothing: " + message + ".";
    }
}
