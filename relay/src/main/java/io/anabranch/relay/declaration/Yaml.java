package io.anabranch.relay.declaration;

import io.anabranch.relay.configuration.Problem.Place;
import java.util.List;

/** A node of a YAML document, with its place in the text. */
sealed interface Yaml {

    /** Where it begins. */
    Place place();

    /** Names to nodes, in the order of the text. */
    record Mapping(Place place, List<Entry> entries) implements Yaml {}

    /** A name and what is under it. */
    record Entry(Scalar key, Yaml value) {}

    /** Nodes in their order. */
    record Sequence(Place place, List<Yaml> items) implements Yaml {}

    /**
     * A text, or a number and so on where it is plain.
     *
     * @param plain whether it stands without quotes
     * @param text what it says
     * @param textPlace where its text begins: after the quote, or on the line below where it is a block
     * @param asWritten whether the text has the lines that the file has, so that places in it can be told
     */
    record Scalar(Place place, boolean plain, String text, Place textPlace, boolean asWritten) implements Yaml {

        /** Whether it says nothing. */
        boolean isNull() {
            return plain && (text.isEmpty() || text.equals("~") || text.equals("null"));
        }
    }
}
