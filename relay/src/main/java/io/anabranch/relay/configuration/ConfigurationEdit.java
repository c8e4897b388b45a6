package io.anabranch.relay.configuration;

import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.schema.ConfigurationRecord;
import io.anabranch.replica.schema.ConfigurationType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A change of one record of configuration. Immutable.
 *
 * @param type what it configures
 * @param name its name
 * @param set the registers to be set, to these texts; a record that is not there is made
 * @param cleared the registers to be cleared
 * @param removed whether the record is deleted; then the others are not looked at
 */
public record ConfigurationEdit(
        ConfigurationType type, String name, Map<String, String> set, Set<String> cleared, boolean removed) {

    /** Copies the collections. */
    public ConfigurationEdit {
        set = Map.copyOf(set);
        cleared = Set.copyOf(cleared);
    }

    /** The deletion of a record. */
    public static ConfigurationEdit removal(ConfigurationType type, String name) {
        return new ConfigurationEdit(type, name, Map.of(), Set.of(), true);
    }

    /** Makes a record, or sets registers of one. */
    public static ConfigurationEdit of(ConfigurationRecord record) {
        return new ConfigurationEdit(record.type(), record.name(), record.registers(), Set.of(), false);
    }

    /** Makes one record of another of the same name: what the other has more is cleared. */
    public static ConfigurationEdit replacing(ConfigurationRecord before, ConfigurationRecord after) {
        Set<String> cleared = new HashSet<>(before.registers().keySet());
        cleared.removeAll(after.registers().keySet());
        return new ConfigurationEdit(after.type(), after.name(), after.registers(), cleared, false);
    }

    /** The key of the record. */
    public RecordKey key() {
        return type.key(name);
    }

    /** What records become by edits of them, by key. */
    public static Collection<ConfigurationRecord> applied(
            List<ConfigurationEdit> edits, Collection<ConfigurationRecord> records) {
        SortedMap<RecordKey, ConfigurationRecord> after = new TreeMap<>();
        records.forEach(record -> after.put(record.key(), record));
        for (ConfigurationEdit edit : edits) {
            if (edit.removed) {
                after.remove(edit.key());
            } else {
                ConfigurationRecord before = after.get(edit.key());
                SortedMap<String, String> registers =
                        before == null ? new TreeMap<>() : new TreeMap<>(before.registers());
                registers.putAll(edit.set);
                registers.keySet().removeAll(edit.cleared);
                after.put(edit.key(), new ConfigurationRecord(edit.type, edit.name, registers));
            }
        }
        return new ArrayList<>(after.values());
    }
}
