package io.anabranch.relay.cli;

import io.anabranch.relay.configuration.ConfigurationEdit;
import io.anabranch.relay.scope.ScopeProblem;
import io.anabranch.replica.schema.AttachmentPolicy;
import io.anabranch.replica.schema.ConfigurationRecord;
import io.anabranch.replica.schema.ConfigurationType;
import io.anabranch.replica.schema.ScopeRule;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code relay scope}: which records reach which devices. */
@Command(
        name = "scope",
        description = "Add, change, remove, list and preview scope rules.",
        mixinStandardHelpOptions = true,
        subcommands = {
            ScopeCommand.Add.class,
            ScopeCommand.Change.class,
            ScopeCommand.Remove.class,
            ScopeCommand.ListAll.class,
            PreviewCommand.class
        })
final class ScopeCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: add, set, remove, list or preview.");
    }

    /** What {@code add} and {@code set} have in common. */
    private abstract static class Named extends RelayTask {

        @Parameters(paramLabel = "NAME", description = "The rule's name.")
        String name = "";

        @Mixin
        RelayChoice relay = new RelayChoice();

        @Mixin
        ChangeOptions change = new ChangeOptions();

        final void put(ConfigurationAccess access, ScopeRule before, ScopeRule after) {
            change.change(
                    access,
                    ConfigurationEdit.replacing(ConfigurationRecord.of(before), ConfigurationRecord.of(after)),
                    this);
        }

        final CommandFailedException missing() {
            return new CommandFailedException(
                    "There is no rule of this name: " + name + ". List them with: scope list");
        }
    }

    @Command(name = "add", description = "Add a rule.", mixinStandardHelpOptions = true)
    static final class Add extends Named {

        @Mixin
        private ScopeOptions options = new ScopeOptions();

        @Override
        void perform() {
            try (Administrator administrator = relay.open(true)) {
                ConfigurationAccess access = new ConfigurationAccess(administrator);
                if (access.configuration().rules().containsKey(name)) {
                    throw new CommandFailedException(
                            "There is a rule of this name: " + name + ". Change it with: scope set " + name);
                }
                ScopeRule none = new ScopeRule(
                        name,
                        "",
                        ScopeRule.Kind.TOP,
                        "",
                        "",
                        Set.of(),
                        Set.of(),
                        List.of(),
                        false,
                        AttachmentPolicy.NONE,
                        true);
                put(access, none, options.appliedTo(none));
            }
        }
    }

    @Command(
            name = "set",
            description = "Change a rule; what is not named stays as it is.",
            mixinStandardHelpOptions = true)
    static final class Change extends Named {

        @Mixin
        private ScopeOptions options = new ScopeOptions();

        @Override
        void perform() {
            try (Administrator administrator = relay.open(false)) {
                ConfigurationAccess access = new ConfigurationAccess(administrator);
                ScopeRule rule = access.configuration().rules().get(name);
                if (rule == null) {
                    throw missing();
                }
                put(access, rule, options.appliedTo(rule));
            }
        }
    }

    @Command(name = "remove", description = "Remove a rule.", mixinStandardHelpOptions = true)
    static final class Remove extends Named {

        @Override
        void perform() {
            try (Administrator administrator = relay.open(false)) {
                ConfigurationAccess access = new ConfigurationAccess(administrator);
                if (!access.configuration().rules().containsKey(name)) {
                    throw missing();
                }
                change.change(access, ConfigurationEdit.removal(ConfigurationType.RULE, name), this);
            }
        }
    }

    @Command(name = "list", description = "List the rules, by name.", mixinStandardHelpOptions = true)
    static final class ListAll extends RelayTask {

        @Option(names = "--json", description = "One JSON object a line.")
        private boolean json;

        @Mixin
        private RelayChoice relay = new RelayChoice();

        @Override
        void perform() {
            try (Administrator administrator = relay.open(false)) {
                ConfigurationAccess access = new ConfigurationAccess(administrator);
                Collection<ScopeRule> rules = access.configuration().rules().values();
                if (json) {
                    rules.forEach(rule -> print(json(rule, access.problem(rule.name()))));
                } else {
                    new TextTable("NAME", "ACTIVE", "KIND", "TYPE", "WHERE", "PROFILES", "DEVICES", "COLUMNS")
                            .rows(rules, ListAll::cells)
                            .lines()
                            .forEach(this::print);
                    rules.stream()
                            .filter(rule -> !access.problem(rule.name()).isEmpty())
                            .map(rule -> new ScopeProblem(rule.name(), access.problem(rule.name())).toString())
                            .forEach(this::print);
                }
            }
        }

        private static List<String> cells(ScopeRule rule) {
            String where = rule.parent().isEmpty() ? rule.where() : rule.parent() + ": " + rule.where();
            return Arrays.asList(
                    rule.name(),
                    rule.active() ? "yes" : "no",
                    kind(rule),
                    rule.type(),
                    where,
                    all(rule.profiles()),
                    all(rule.deviceTypes()),
                    all(rule.columns()));
        }

        private static String all(Collection<String> names) {
            return names.isEmpty() ? "all" : String.join(",", new TreeSet<>(names));
        }

        private static String kind(ScopeRule rule) {
            return rule.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        private static String json(ScopeRule rule, String problem) {
            JsonObject line = new JsonObject()
                    .put("name", rule.name())
                    .put("type", rule.type())
                    .put("kind", kind(rule))
                    .put("where", rule.where())
                    .put("parent", rule.parent())
                    .put("deviceTypes", list(rule.deviceTypes()))
                    .put("profiles", list(rule.profiles()))
                    .put("columns", list(rule.columns()))
                    .put("metadataOnly", rule.metadataOnly())
                    .put("attachments", ScopeOptions.written(rule.attachments()))
                    .put("active", rule.active());
            return (problem.isEmpty() ? line : line.put("problem", problem)).encode();
        }

        private static JsonArray list(Collection<String> names) {
            return new JsonArray(new ArrayList<>(new TreeSet<>(names)));
        }
    }
}
