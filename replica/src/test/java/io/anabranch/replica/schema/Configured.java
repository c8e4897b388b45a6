package io.anabranch.replica.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Configuration for tests, written as the registers it is stored as; {@code '} stands for a double quote and {@code `} for a single one. */
final class Configured {

    private final List<ConfigurationRecord> records = new ArrayList<>();

    Configured type(String name, String... registers) {
        return record(ConfigurationType.TYPE, name, registers);
    }

    Configured profile(String name, String... registers) {
        return record(ConfigurationType.PROFILE, name, registers);
    }

    Configured rule(String name, String... registers) {
        return record(ConfigurationType.RULE, name, registers);
    }

    Configured user(String name, String... registers) {
        return record(ConfigurationType.USER, name, registers);
    }

    private Configured record(ConfigurationType type, String name, String... registers) {
        SortedMap<String, String> texts = new TreeMap<>();
        for (int i = 0; i < registers.length; i += 2) {
            texts.put(registers[i], registers[i + 1].replace('\'', '"').replace('`', '\''));
        }
        records.add(new ConfigurationRecord(type, name, texts));
        return this;
    }

    List<ConfigurationRecord> records() {
        return List.copyOf(records);
    }

    Configuration configuration(String... removedTypes) {
        return Configuration.of(records, Set.of(removedTypes));
    }

    static Writer writer(String profile) {
        return new Writer(new UserAccount("maria", profile, true, Map.of()), Map.of());
    }
}
