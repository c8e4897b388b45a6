package io.anabranch.relay.declaration;

import io.anabranch.relay.configuration.Problem.Place;
import java.util.List;
import java.util.stream.Collectors;

/** A declaration cannot be used. It has everything that is wrong with it, in the order of the text. */
public final class DeclarationException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient List<Fault> faults;

    /**
     * Something that is wrong.
     *
     * @param place where
     * @param text what, and what to do
     */
    public record Fault(Place place, String text) {

        /** As compilers write it: {@code FILE:LINE:COLUMN: TEXT}. */
        public String in(String file) {
            return file + ":" + place.line() + ":" + place.column() + ": " + text;
        }
    }

    DeclarationException(List<Fault> faults) {
        super(faults.stream().map(fault -> fault.in("")).collect(Collectors.joining("\n")));
        this.faults = List.copyOf(faults);
    }

    DeclarationException(Place place, String text) {
        this(List.of(new Fault(place, text)));
    }

    /** What is wrong; never empty. */
    public List<Fault> faults() {
        return faults;
    }
}
