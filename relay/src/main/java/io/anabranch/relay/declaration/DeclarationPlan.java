package io.anabranch.relay.declaration;

import io.anabranch.relay.configuration.ConfigurationEdit;
import io.anabranch.replica.schema.Configuration;
import io.anabranch.replica.schema.ConfigurationRecord;
import io.anabranch.replica.schema.ConfigurationType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What applying a declaration would change. Immutable.
 *
 * <p>Sections that a file does not have stay as they are. Of the others, what the file does not name stays as well, unless it is to be
 * <em>pruned</em>: a file that is only about some rules cannot remove the others by saying nothing. Registers that this version does not know
 * stay in any case.
 */
public final class DeclarationPlan {

    private final List<Step> steps;
    private final List<String> kept;

    private DeclarationPlan(List<Step> steps, List<String> kept) {
        this.steps = List.copyOf(steps);
        this.kept = List.copyOf(kept);
    }

    /** What becomes of a thing or a part of it. */
    public enum Action {
        /** It is new. */
        ADD,
        /** It is another one. */
        CHANGE,
        /** It goes. */
        REMOVE
    }

    /**
     * What becomes of a type, profile, rule or user.
     *
     * @param section of the file
     * @param name its name
     * @param parts what of it becomes different; empty for one that goes
     * @param edit the change of its record
     */
    public record Step(String section, String name, Action action, List<Part> parts, ConfigurationEdit edit) {

        /** Copies the list. */
        public Step {
            parts = List.copyOf(parts);
        }
    }

    /**
     * What becomes of a part.
     *
     * @param name its path within, such as {@code fields.status}
     * @param before what it was, as JSON or text; empty if it is new
     * @param after what it becomes; empty if it goes
     */
    public record Part(String name, Action action, String before, String after) {}

    /**
     * The plan for a declaration.
     *
     * @param prune whether what its sections do not name goes
     */
    public static DeclarationPlan of(Declaration declaration, Configuration present, boolean prune) {
        SortedMap<String, ConfigurationRecord> now = new TreeMap<>();
        present.records().forEach(record -> now.put(record.key().toString(), record));
        List<Step> steps = new ArrayList<>();
        for (ConfigurationRecord record : declaration.records()) {
            ConfigurationRecord before = now.remove(record.key().toString());
            Step step = step(before == null ? record.with(Map.of()) : before, record, before == null);
            if (before == null || !step.parts.isEmpty()) {
                steps.add(step);
            }
        }
        List<String> kept = new ArrayList<>();
        for (ConfigurationRecord left : now.values()) {
            if (declaration.sections().contains(left.type())) {
                String section = Section.of(left.type()).key();
                if (prune) {
                    ConfigurationEdit removal = ConfigurationEdit.removal(left.type(), left.name());
                    steps.add(new Step(section, left.name(), Action.REMOVE, List.of(), removal));
                } else {
                    kept.add(section + "." + left.name());
                }
            }
        }
        return new DeclarationPlan(steps, kept);
    }

    private static Step step(ConfigurationRecord before, ConfigurationRecord after, boolean isNew) {
        Section section = Section.of(after.type());
        SortedMap<String, String> set = new TreeMap<>(after.registers());
        set.entrySet().removeAll(before.registers().entrySet());
        Set<String> cleared = new HashSet<>(before.registers().keySet());
        cleared.removeAll(after.registers().keySet());
        Set<String> different = new TreeSet<>(set.keySet());
        different.addAll(cleared);
        List<Part> parts = different.stream()
                .map(register -> part(
                        section,
                        register,
                        before.registers().getOrDefault(register, ""),
                        after.registers().getOrDefault(register, "")))
                .toList();
        ConfigurationEdit edit = new ConfigurationEdit(after.type(), after.name(), set, cleared, false);
        return new Step(section.key(), after.name(), isNew ? Action.ADD : Action.CHANGE, parts, edit);
    }

    private static Part part(Section section, String register, String before, String after) {
        String key = section.part(register);
        String name = key.isEmpty()
                ? register
                : key + "."
                        + register.substring(
                                section.prefixes().getOrDefault(key, "").length());
        Action action = before.isEmpty() ? Action.ADD : after.isEmpty() ? Action.REMOVE : Action.CHANGE;
        return new Part(name, action, before, after);
    }

    /** What is done, in the order of the file; what goes comes last. */
    public List<Step> steps() {
        return steps;
    }

    /** What is not in the file and stays, as {@code section.name}. */
    public List<String> kept() {
        return kept;
    }

    /** The changes of the records. */
    public List<ConfigurationEdit> edits() {
        return steps.stream().map(Step::edit).toList();
    }

    /** The names of the types that it changes or removes. */
    public Set<String> typesTouched() {
        Set<String> names = new TreeSet<>();
        steps.stream()
                .filter(step -> step.edit.type() == ConfigurationType.TYPE && step.action != Action.ADD)
                .forEach(step -> names.add(step.name));
        return names;
    }
}
