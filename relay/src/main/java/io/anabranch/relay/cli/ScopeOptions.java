package io.anabranch.relay.cli;

import io.anabranch.replica.schema.AttachmentPolicy;
import io.anabranch.replica.schema.ScopeRule;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The parts of a scope rule, as options; those that are not given are null. */
final class ScopeOptions {

    @Option(names = "--type", paramLabel = "TYPE", description = "The object type that it selects from.")
    private @Nullable String type;

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            description = "How it selects: full, top, related or child-and-parent; top unless said otherwise.")
    private @Nullable String kind;

    @Option(
            names = "--where",
            paramLabel = "CONDITION",
            description = "Which records: owner = :user.id, say; empty for all.")
    private @Nullable String where;

    @Option(
            names = "--parent",
            paramLabel = "FIELD",
            description = "The field that refers to the parent, for related and child-and-parent.")
    private @Nullable String parent;

    @Option(
            names = "--device-types",
            split = ",",
            paramLabel = "A,B",
            description = "The types of device it is for; empty for all.")
    private String @Nullable [] deviceTypes;

    @Option(
            names = "--profiles",
            split = ",",
            paramLabel = "A,B",
            description = "The profiles it is for; empty for all.")
    private String @Nullable [] profiles;

    @Option(
            names = "--columns",
            split = ",",
            paramLabel = "A,B",
            description = "The fields that it gives; empty for all.")
    private String @Nullable [] columns;

    @Option(
            names = "--metadata-only",
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "BOOL",
            description = "Give no content beyond what lists need.")
    private @Nullable Boolean metadataOnly;

    @Option(
            names = "--attachments",
            paramLabel = "WHEN",
            description =
                    "When devices get the content that the records refer to: none, on-demand, unmetered, which is by"
                            + " itself where the network does not cost by volume, or with-record; none unless said otherwise.")
    private @Nullable String attachments;

    @Option(
            names = "--inactive",
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "BOOL",
            description = "The rule is not in force; --inactive=false puts it in force again.")
    private @Nullable Boolean inactive;

    /** A rule with the parts that are given. */
    ScopeRule appliedTo(ScopeRule rule) {
        return new ScopeRule(
                rule.name(),
                type == null ? rule.type() : type,
                kind == null ? rule.kind() : one("kind", ScopeRule.Kind.values(), kind),
                where == null ? rule.where() : where,
                parent == null ? rule.parent() : parent,
                deviceTypes == null ? rule.deviceTypes() : names(deviceTypes),
                profiles == null ? rule.profiles() : names(profiles),
                columns == null ? rule.columns() : List.copyOf(names(columns)),
                metadataOnly == null ? rule.metadataOnly() : metadataOnly,
                attachments == null ? rule.attachments() : one("attachments", AttachmentPolicy.values(), attachments),
                inactive == null ? rule.active() : !inactive);
    }

    /** A constant as it is written: {@code CHILD_AND_PARENT} as {@code child-and-parent}. */
    static String written(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static <E extends Enum<E>> E one(String option, E[] constants, String written) {
        return Arrays.stream(constants)
                .filter(constant -> written.equals(written(constant)))
                .findFirst()
                .orElseThrow(() -> new CommandFailedException("--" + option + " is one of "
                        + Arrays.stream(constants).map(ScopeOptions::written).collect(Collectors.joining(", "))
                        + ", not: " + written));
    }

    private static Set<String> names(String[] written) {
        Set<String> names = new TreeSet<>();
        for (String name : written) {
            if (!name.isBlank()) {
                names.add(name.strip());
            }
        }
        return names;
    }
}
