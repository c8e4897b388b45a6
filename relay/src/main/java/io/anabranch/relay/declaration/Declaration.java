package io.anabranch.relay.declaration;

import com.fasterxml.jackson.databind.JsonNode;
import io.anabranch.relay.configuration.ConfigurationCheck;
import io.anabranch.relay.configuration.Problem;
import io.anabranch.relay.configuration.Problem.Place;
import io.anabranch.relay.declaration.DeclarationException.Fault;
import io.anabranch.replica.schema.Configuration;
import io.anabranch.replica.schema.ConfigurationRecord;
import io.anabranch.replica.schema.ConfigurationType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a file declares. Immutable.
 *
 * <pre>{@code
 * types:
 *   call:
 *     life: deleteWins
 *     recordTypes: [visit, phone]
 *     fields:
 *       account: {type: reference, references: account, required: true}
 *       status:  {type: picklist, values: [open, done], default: open}
 *       note:    text
 *     validations:
 *       dated: {when: create, check: date IS NOT NULL, message: Say when.}
 * profiles:
 *   rep:
 *     types:
 *       call: {create: true, read: true, edit: true, rows: owner = :user.id, fields: {grade: read}}
 * rules:
 *   my-calls: {type: call, kind: top, where: owner = :user.id}
 * users:
 *   maria: {profile: rep, attributes: {territory: [West, East]}}
 * }</pre>
 *
 * <p>Every section may be left out. What a file says of a type, profile, rule or user is all that is said of it: fields that it does not
 * name are not there.
 */
public final class Declaration {

    private final List<ConfigurationRecord> records;
    private final Set<ConfigurationType> sections;

    private Declaration(List<ConfigurationRecord> records, Set<ConfigurationType> sections) {
        this.records = List.copyOf(records);
        this.sections = sections;
    }

    /**
     * Reads a file.
     *
     * @param text of the file
     * @param present what is configured; sections that the file lacks are as they are there, and so is, of the others, what it does not name
     * @throws DeclarationException if anything is wrong with it; it says all that is
     */
    public static Declaration read(String text, Configuration present) {
        Optional<Yaml> root = YamlReader.read(text);
        if (root.isEmpty()) {
            throw new DeclarationException(Place.START, "the file declares nothing");
        }
        ShapeReader reader = new ShapeReader();
        JsonNode json = reader.read(root.get(), Shapes.DECLARATION, List.of());
        List<ConfigurationRecord> written = new ArrayList<>();
        Set<ConfigurationType> sections = EnumSet.noneOf(ConfigurationType.class);
        for (ConfigurationType type : ConfigurationType.values()) {
            Section section = Section.of(type);
            if (json.has(section.key())) {
                sections.add(type);
                json.path(section.key())
                        .properties()
                        .forEach(entry -> written.add(
                                new ConfigurationRecord(type, entry.getKey(), registers(section, entry.getValue()))));
            }
        }
        List<ConfigurationRecord> records = Configuration.of(written, Set.of()).records();
        List<Fault> faults = new ArrayList<>(reader.faults());
        faults.addAll(problems(records, present, reader));
        if (!faults.isEmpty()) {
            faults.sort(Comparator.comparingInt((Fault fault) -> fault.place().line())
                    .thenComparingInt(fault -> fault.place().column()));
            throw new DeclarationException(faults);
        }
        return new Declaration(records, sections);
    }

    /** A rule that does not say how it selects, or not in a way that is known, is looked at as one that selects the ordinary way. */
    private static SortedMap<String, String> registers(Section section, JsonNode declared) {
        SortedMap<String, String> registers = section.registers(declared);
        if (section.type() == ConfigurationType.RULE) {
            registers.putIfAbsent("kind", "top");
        }
        return registers;
    }

    /** What of the file makes no sense; what makes none already is not its fault. */
    private static List<Fault> problems(List<ConfigurationRecord> records, Configuration present, ShapeReader reader) {
        SortedMap<Object, ConfigurationRecord> all = new TreeMap<>();
        present.records().forEach(record -> all.put(record.key(), record));
        records.forEach(record -> all.put(record.key(), record));
        Set<Problem> old = new HashSet<>(ConfigurationCheck.problems(present));
        List<Fault> faults = new ArrayList<>();
        for (Problem problem : ConfigurationCheck.problems(Configuration.of(all.values(), Set.of()))) {
            if (reader.names().containsKey(top(problem.path())) || !old.contains(problem)) {
                faults.add(new Fault(place(problem, reader), text(problem, reader)));
            }
        }
        return faults;
    }

    private static List<String> top(List<String> path) {
        return path.subList(0, Math.min(2, path.size()));
    }

    /** The place of the part, or of the nearest above it. */
    private static Place place(Problem problem, ShapeReader reader) {
        Yaml exact = reader.places().get(problem.path());
        boolean within = problem.at().line() > 1 || problem.at().column() > 1;
        if (exact instanceof Yaml.Scalar scalar && within && scalar.asWritten()) {
            Place start = scalar.textPlace();
            boolean sameLine = problem.at().line() == 1;
            boolean block = start.line() > scalar.place().line();
            int indent = sameLine || block ? start.column() - 1 : 0;
            return new Place(
                    start.line() + problem.at().line() - 1,
                    indent + problem.at().column());
        } else if (exact instanceof Yaml.Scalar scalar) {
            return scalar.textPlace();
        }
        for (List<String> path = problem.path(); !path.isEmpty(); path = path.subList(0, path.size() - 1)) {
            Yaml.Scalar name = reader.names().get(path);
            if (name != null) {
                return name.place();
            }
        }
        return Place.START;
    }

    private static String text(Problem problem, ShapeReader reader) {
        boolean here = reader.names().containsKey(top(problem.path()));
        return here ? problem.text() : String.join(".", problem.path()) + ": " + problem.text();
    }

    /** What it declares, as records. */
    public List<ConfigurationRecord> records() {
        return records;
    }

    /** The sections that it has. */
    public Set<ConfigurationType> sections() {
        return EnumSet.copyOf(sections);
    }
}
