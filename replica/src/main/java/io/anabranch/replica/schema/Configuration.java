package io.anabranch.replica.schema;

import io.anabranch.crdt.Record;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All configuration at one moment. Immutable; equal content is equal.
 *
 * <pre>{@code
 * Configuration configuration = Configuration.of(recordsOfReservedTypes);
 * TypeAccess access = configuration.profileOf(configuration.user("maria")).access("account");
 * }</pre>
 *
 * @param types the object types, by name; types that are not among them are free: anything may be written
 * @param profiles the profiles, by name
 * @param rules the scope rules, by name; while there is none, everything reaches everyone
 * @param users the users, by name
 */
public record Configuration(
        Map<String, ObjectType> types,
        Map<String, Profile> profiles,
        Map<String, ScopeRule> rules,
        Map<String, UserAccount> users) {

    /** Nothing is configured: everything is allowed and reaches everyone. */
    public static final Configuration EMPTY = new Configuration(Map.of(), Map.of(), Map.of(), Map.of());

    private static final Profile UNKNOWN = new Profile("", false, Map.of("", TypeAccess.NONE));

    /** Copies the maps, in the order of their keys. */
    public Configuration {
        types = sorted(types);
        profiles = sorted(profiles);
        rules = sorted(rules);
        users = sorted(users);
    }

    /**
     * Reads configuration records. Those that are deleted or of other types are left out, and so is, within one, what this version does not
     * know.
     */
    public static Configuration of(Iterable<Record> records) {
        Map<String, ObjectType> types = new TreeMap<>();
        Map<String, Profile> profiles = new TreeMap<>();
        Map<String, ScopeRule> rules = new TreeMap<>();
        Map<String, UserAccount> users = new TreeMap<>();
        for (Record record : records) {
            String name = record.key().id();
            if (!record.alive()) {
                continue;
            }
            ConfigurationReader reader = new ConfigurationReader(record);
            switch (record.key().type()) {
                case "$type" -> types.put(name, reader.objectType());
                case "$profile" -> profiles.put(name, reader.profile());
                case "$rule" -> reader.rule().ifPresent(rule -> rules.put(name, rule));
                case "$user" -> users.put(name, reader.user());
                default -> {}
            }
        }
        return new Configuration(types, profiles, rules, users);
    }

    /** The user of this name; of one who is not configured no more is known than that. */
    public UserAccount user(String name) {
        UserAccount user = users.get(name);
        return user == null ? UserAccount.named(name) : user;
    }

    /**
     * The profile of a user. Without a profile, and while no profiles are configured, everything is allowed; a profile that is missing
     * among others allows nothing.
     */
    public Profile profileOf(UserAccount user) {
        if (user.profile().isEmpty() || profiles.isEmpty()) {
            return Profile.NONE;
        }
        return profiles.getOrDefault(user.profile(), UNKNOWN);
    }

    private static <T> Map<String, T> sorted(Map<String, T> map) {
        SortedMap<String, T> copy = new TreeMap<>(map);
        return Collections.unmodifiableMap(copy);
    }
}
