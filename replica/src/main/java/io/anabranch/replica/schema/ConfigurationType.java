package io.anabranch.replica.schema;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import java.util.Collection;
import java.util.Optional;

/** The reserved types that configuration is kept in. */
public enum ConfigurationType {
    /** Object types. */
    TYPE("$type"),
    /** Profiles. */
    PROFILE("$profile"),
    /** Scope rules. */
    RULE("$rule"),
    /** Users. */
    USER("$user");

    private final String recordType;

    ConfigurationType(String recordType) {
        this.recordType = recordType;
    }

    /** The one whose records have this type. */
    public static Optional<ConfigurationType> of(String recordType) {
        for (ConfigurationType type : values()) {
            if (type.recordType.equals(recordType)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** The type of its records. */
    public String recordType() {
        return recordType;
    }

    /** The key of the record of this name. */
    public RecordKey key(String name) {
        return new RecordKey(recordType, name);
    }

    /** Whether all these are records of users. */
    public static boolean areUsers(Collection<Record> records) {
        return records.stream().allMatch(record -> record.key().type().equals(USER.recordType));
    }

    /** Whether a type is reserved: its first character is {@code $}, and devices never write its records. */
    public static boolean isReserved(String type) {
        return type.startsWith("$");
    }
}
