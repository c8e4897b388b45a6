package io.anabranch.relay.configuration;

import io.anabranch.crdt.Record;
import io.anabranch.proto.ConfigurationChange;
import io.anabranch.proto.ConfigurationEntry;
import io.anabranch.proto.ConfigurationState;
import io.anabranch.replica.schema.ConfigurationRecord;
import io.anabranch.replica.schema.ConfigurationType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Configuration as messages between a relay and an administrator elsewhere. */
public final class ConfigurationMessages {

    private ConfigurationMessages() {}

    /** What records of reserved types hold; those that are deleted are told where they were types. */
    public static ConfigurationState state(List<Record> records) {
        ConfigurationState.Builder state = ConfigurationState.newBuilder();
        for (Record record : records) {
            if (record.alive()) {
                state.addEntries(entry(ConfigurationRecord.of(record)));
            } else if (record.key().type().equals(ConfigurationType.TYPE.recordType())) {
                state.addRemovedTypes(record.key().id());
            }
        }
        return state.build();
    }

    /** The records of a state. */
    public static List<ConfigurationRecord> records(ConfigurationState state) {
        List<ConfigurationRecord> records = new ArrayList<>();
        for (ConfigurationEntry entry : state.getEntriesList()) {
            ConfigurationType.of(entry.getType())
                    .ifPresent(type -> records.add(
                            new ConfigurationRecord(type, entry.getName(), new TreeMap<>(entry.getRegistersMap()))));
        }
        return records;
    }

    /** A change as a message. */
    public static ConfigurationChange change(List<ConfigurationEdit> edits) {
        ConfigurationChange.Builder change = ConfigurationChange.newBuilder();
        for (ConfigurationEdit edit : edits) {
            ConfigurationEntry named = ConfigurationEntry.newBuilder()
                    .setType(edit.type().recordType())
                    .setName(edit.name())
                    .build();
            if (edit.removed()) {
                change.addRemoved(named);
            } else {
                change.addSet(named.toBuilder().putAllRegisters(edit.set()));
                Map<String, String> cleared = new HashMap<>();
                edit.cleared().forEach(register -> cleared.put(register, ""));
                change.addCleared(named.toBuilder().putAllRegisters(cleared));
            }
        }
        return change.build();
    }

    /**
     * The edits of a change, one for each record.
     *
     * @throws IllegalArgumentException if something else than configuration would be changed
     */
    public static List<ConfigurationEdit> edits(ConfigurationChange change) {
        Map<Object, ConfigurationEdit> edits = new LinkedHashMap<>();
        change.getSetList().forEach(entry -> add(edits, edit(entry, entry.getRegistersMap(), Set.of())));
        change.getClearedList()
                .forEach(entry ->
                        add(edits, edit(entry, Map.of(), entry.getRegistersMap().keySet())));
        change.getRemovedList().forEach(entry -> add(edits, ConfigurationEdit.removal(type(entry), entry.getName())));
        return new ArrayList<>(edits.values());
    }

    private static void add(Map<Object, ConfigurationEdit> edits, ConfigurationEdit edit) {
        edits.merge(
                edit.key(),
                edit,
                (first, second) -> new ConfigurationEdit(
                        first.type(),
                        first.name(),
                        first.set(),
                        second.cleared(),
                        first.removed() || second.removed()));
    }

    private static ConfigurationEdit edit(ConfigurationEntry entry, Map<String, String> set, Set<String> cleared) {
        return new ConfigurationEdit(type(entry), entry.getName(), set, cleared, false);
    }

    private static ConfigurationType type(ConfigurationEntry entry) {
        return ConfigurationType.of(entry.getType())
                .orElseThrow(() -> new IllegalArgumentException("not a type of configuration: " + entry.getType()));
    }

    private static ConfigurationEntry entry(ConfigurationRecord record) {
        return ConfigurationEntry.newBuilder()
                .setType(record.type().recordType())
                .setName(record.name())
                .putAllRegisters(record.registers())
                .build();
    }
}
