package io.anabranch.replica.tracking;

import java.util.Locale;

/** What network a device is on, as the application knows it. */
public enum NetworkKind {
    /** The application has not said. */
    UNKNOWN,
    /** None: nothing is tried until there is one. */
    NONE,
    /** One that costs by volume. */
    METERED,
    /** One that does not. */
    UNMETERED;

    /** As it is written in records and on screens. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
