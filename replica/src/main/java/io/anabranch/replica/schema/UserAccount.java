package io.anabranch.replica.schema;

import io.anabranch.crdt.Value;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A person whose devices sync. Immutable.
 *
 * @param name the user's name
 * @param profile the name of the profile; empty for none
 * @param active whether the user may sync
 * @param attributes what conditions call {@code :user.NAME}, each with its values; {@code id}, {@code name} and {@code profile} are
 *     always there and always the user's
 */
public record UserAccount(String name, String profile, boolean active, Map<String, List<Value>> attributes) {

    /** Copies the attributes and adds those that every user has. */
    public UserAccount {
        TreeMap<String, List<Value>> all = new TreeMap<>();
        attributes.forEach((attribute, values) -> all.put(attribute, List.copyOf(values)));
        all.put("id", List.of(Value.of(name)));
        all.put("name", List.of(Value.of(name)));
        all.put("profile", profile.isEmpty() ? List.of() : List.of(Value.of(profile)));
        attributes = Map.copyOf(all);
    }

    /** A user of whom no more is known than the name. */
    public static UserAccount named(String name) {
        return new UserAccount(name, "", true, Map.of());
    }
}
