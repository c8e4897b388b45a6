package io.anabranch.replica.schema;

import io.anabranch.crdt.Record;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

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
 * @param removedTypes types that were configured once and are not any more: nothing may be written
 */
public record Configuration(
        Map<String, ObjectType> types,
        Map<String, Profile> profiles,
        Map<String, ScopeRule> rules,
        Map<String, UserAccount> users,
        Set<String> removedTypes) {

    /** Nothing is configured: everything is allowed and reaches everyone. */
    public static final Configuration EMPTY = new Configuration(Map.of(), Map.of(), Map.of(), Map.of());

    private static final Profile UNKNOWN = new Profile("", false, Map.of("", TypeAccess.NONE));

    /** Copies the maps, in the order of their keys. */
    public Configuration {
        types = sorted(types);
        profiles = sorted(profiles);
        rules = sorted(rules);
        users = SharingMap.of(users);
        removedTypes = Set.copyOf(removedTypes);
    }

    /** Configuration of which nothing was ever removed. */
    public Configuration(
            Map<String, ObjectType> types,
            Map<String, Profile> profiles,
            Map<String, ScopeRule> rules,
            Map<String, UserAccount> users) {
        this(types, profiles, rules, users, Set.of());
    }

    /**
     * Reads configuration records. Those of other types are left out, and so is, within one, what this version does not know. Of those that
     * are deleted it is remembered which types they were.
     */
    public static Configuration of(Iterable<Record> records) {
        List<ConfigurationRecord> living = new ArrayList<>();
        Set<String> removedTypes = new TreeSet<>();
        for (Record record : records) {
            Optional<ConfigurationType> type = ConfigurationType.of(record.key().type());
            if (type.isPresent() && record.alive()) {
                living.add(ConfigurationRecord.of(record));
            } else if (type.isPresent() && type.get() == ConfigurationType.TYPE) {
                removedTypes.add(record.key().id());
            }
        }
        return of(living, removedTypes);
    }

    /**
     * Reads configuration that is not in records.
     *
     * @param removedTypes see {@link #removedTypes}
     */
    public static Configuration of(Iterable<ConfigurationRecord> records, Set<String> removedTypes) {
        Map<String, ObjectType> types = new TreeMap<>();
        Map<String, Profile> profiles = new TreeMap<>();
        Map<String, ScopeRule> rules = new TreeMap<>();
        Map<String, UserAccount> users = new TreeMap<>();
        for (ConfigurationRecord record : records) {
            ConfigurationReader reader = new ConfigurationReader(record);
            switch (record.type()) {
                case TYPE -> types.put(record.name(), reader.objectType());
                case PROFILE -> profiles.put(record.name(), reader.profile());
                case RULE -> reader.rule().ifPresent(rule -> rules.put(record.name(), rule));
                case USER -> users.put(record.name(), reader.user());
            }
        }
        return new Configuration(types, profiles, rules, users, removedTypes);
    }

    /** This configuration after changes of users alone. Costs what is changed, however many users there are. */
    public Configuration withUsers(Iterable<Record> changed) {
        SharingMap<String, UserAccount> others = SharingMap.of(users);
        for (Record record : changed) {
            if (!ConfigurationType.USER.recordType().equals(record.key().type())) {
                throw new IllegalArgumentException("not a user: " + record.key());
            }
            String name = record.key().id();
            others = record.alive()
                    ? others.with(name, new ConfigurationReader(ConfigurationRecord.of(record)).user())
                    : others.without(name);
        }
        return new Configuration(types, profiles, rules, others, removedTypes);
    }

    /** The records that are read as this, in the order of their keys. */
    public List<ConfigurationRecord> records() {
        List<ConfigurationRecord> records = new ArrayList<>();
        profiles.values().forEach(profile -> records.add(ConfigurationRecord.of(profile)));
        rules.values().forEach(rule -> records.add(ConfigurationRecord.of(rule)));
        types.values().forEach(type -> records.add(ConfigurationRecord.of(type)));
        users.values().forEach(user -> records.add(ConfigurationRecord.of(user)));
        return records;
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
