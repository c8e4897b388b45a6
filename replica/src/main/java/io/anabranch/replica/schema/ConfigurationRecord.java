package io.anabranch.replica.schema;

import io.anabranch.crdt.Field;
import io.anabranch.crdt.Kind;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One configuration record as what it is stored as: registers that hold text. Immutable; equal content is equal.
 *
 * <p>What {@link #of(ObjectType)} and its like write, {@link Configuration#of} reads. What is not said, and what is so by default, is left out, so
 * two equal types, rules or users are the same registers.
 *
 * @param type what it configures
 * @param name its name
 * @param registers names to texts, ascending
 */
public record ConfigurationRecord(ConfigurationType type, String name, SortedMap<String, String> registers) {

    /** Copies the registers. */
    public ConfigurationRecord {
        registers = Collections.unmodifiableSortedMap(new TreeMap<>(registers));
    }

    /**
     * The configuration in a record of a reserved type.
     *
     * @throws IllegalArgumentException if the record is of another type
     */
    public static ConfigurationRecord of(Record record) {
        ConfigurationType type = ConfigurationType.of(record.key().type())
                .orElseThrow(() -> new IllegalArgumentException("not a record of configuration: " + record.key()));
        SortedMap<String, String> registers = new TreeMap<>();
        for (Field field : record.fields()) {
            String register = field.name().name();
            if (field.name().kind().equals(Kind.REGISTER)) {
                record.value(register).map(Value::toString).ifPresent(text -> registers.put(register, text));
            }
        }
        return new ConfigurationRecord(type, record.key().id(), registers);
    }

    /** An object type as a record. */
    public static ConfigurationRecord of(ObjectType objectType) {
        return new ConfigurationRecord(
                ConfigurationType.TYPE, objectType.name(), ConfigurationWriter.registers(objectType));
    }

    /** A profile as a record. */
    public static ConfigurationRecord of(Profile profile) {
        return new ConfigurationRecord(
                ConfigurationType.PROFILE, profile.name(), ConfigurationWriter.registers(profile));
    }

    /** A scope rule as a record. */
    public static ConfigurationRecord of(ScopeRule rule) {
        return new ConfigurationRecord(ConfigurationType.RULE, rule.name(), ConfigurationWriter.registers(rule));
    }

    /** A user as a record. */
    public static ConfigurationRecord of(UserAccount user) {
        return new ConfigurationRecord(ConfigurationType.USER, user.name(), ConfigurationWriter.registers(user));
    }

    /** The key of the record. */
    public RecordKey key() {
        return type.key(name);
    }

    /** This record with other registers. */
    public ConfigurationRecord with(Map<String, String> others) {
        return new ConfigurationRecord(type, name, new TreeMap<>(others));
    }
}
