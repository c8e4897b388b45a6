package io.anabranch.relay.server.web;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Whether the parts of the relay work.
 *
 * @param checks for each part, whether it does
 */
public record Health(SortedMap<String, Boolean> checks) {

    /** Copies the checks. */
    public Health {
        checks = Collections.unmodifiableSortedMap(new TreeMap<>(checks));
    }

    /** The health of parts. */
    public static Health of(Map<String, Boolean> checks) {
        return new Health(new TreeMap<>(checks));
    }

    /** Whether all parts work. */
    public boolean isUp() {
        return checks.values().stream().allMatch(up -> up);
    }
}
