package io.anabranch.relay.declaration;

import java.util.List;
import java.util.Map;

/** What may stand at a place of a declaration. */
sealed interface Shape {

    /** A text; a number and the like stand for their text. */
    record Text() implements Shape {}

    /** True or false. */
    record Bool() implements Shape {}

    /** A whole number from 1, or from 0. */
    record Count(int least) implements Shape {}

    /** One of some words. */
    record Choice(List<String> words) implements Shape {}

    /** Any text, number or truth value. */
    record Scalar() implements Shape {}

    /** A list of things of a shape; one alone stands for a list of it. */
    record ListOf(Shape item) implements Shape {}

    /** Freely chosen names to things of a shape. */
    record Named(Shape value) implements Shape {}

    /**
     * Known keys.
     *
     * @param keys what may stand under each
     * @param shorthand the key that a scalar in place of all stands for; empty for none
     */
    record Keys(Map<String, Shape> keys, String shorthand) implements Shape {}
}
