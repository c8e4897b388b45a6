package io.anabranch.relay.scope;

import io.anabranch.replica.schema.Configuration;
import java.util.List;

/**
 * A rule that cannot be followed, and so gives nothing.
 *
 * @param rule the rule's name
 * @param message why, and what to do
 */
public record ScopeProblem(String rule, String message) {

    /** The rules of a configuration that cannot be followed, for whoever asks. */
    public static List<ScopeProblem> of(Configuration configuration) {
        return new GrantTable(configuration, ScopePlan.profiles(configuration)).problems();
    }

    @Override
    public String toString() {
        return "The rule " + rule + " gives nothing: " + message + ".";
    }
}
