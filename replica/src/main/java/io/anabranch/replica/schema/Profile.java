package io.anabranch.replica.schema;

import java.util.Map;

/**
 * What a group of users may do. Immutable.
 *
 * @param name the profile's name
 * @param administrator whether its users may do everything with every type
 * @param types what they may do with each type
 */
public record Profile(String name, boolean administrator, Map<String, TypeAccess> types) {

    /** The profile of those who have none: it allows everything. */
    public static final Profile NONE = new Profile("", false, Map.of());

    /** Copies the types. */
    public Profile {
        types = Map.copyOf(types);
    }

    /** What it allows with a type. One that it does not name: nothing if it names any, everything if it names none. */
    public TypeAccess access(String type) {
        if (administrator || types.isEmpty()) {
            return TypeAccess.FULL;
        }
        return types.getOrDefault(type, TypeAccess.NONE);
    }
}
