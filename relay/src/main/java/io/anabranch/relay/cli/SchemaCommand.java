package io.anabranch.relay.cli;

import io.anabranch.relay.declaration.Declaration;
import io.anabranch.relay.declaration.DeclarationException;
import io.anabranch.relay.declaration.DeclarationPlan;
import io.anabranch.relay.declaration.DeclarationText;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code relay schema}: the configuration as a file. */
@Command(
        name = "schema",
        description = "Apply and show the configuration as a file: object types, profiles, scope rules, users.",
        mixinStandardHelpOptions = true,
        subcommands = {SchemaCommand.Apply.class, SchemaCommand.Show.class})
final class SchemaCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: apply or show.");
    }

    @Command(
            name = "apply",
            description = {
                "Make the configuration that of a file, after showing what will change.",
                "",
                "Sections that the file does not have (types, profiles, rules, users) stay as they are. Of the others, what the"
                        + " file does not name stays too, unless --prune is given. What it says of a type, profile, rule"
                        + " or user replaces all that was said of it."
            },
            mixinStandardHelpOptions = true)
    static final class Apply extends RelayTask {

        @Parameters(paramLabel = "FILE", description = "The file, in YAML or JSON; - for standard input.")
        private String file = "";

        @Mixin
        private Confirmation confirmation = new Confirmation();

        @Option(names = "--dry-run", description = "Check the file and show what would change; change nothing.")
        private boolean dryRun;

        @Option(names = "--prune", description = "Remove what the sections of the file do not name.")
        private boolean prune;

        @Option(names = "--json", description = "Print the changes as one JSON object; asks nothing.")
        private boolean json;

        @Mixin
        private EffectWait wait = new EffectWait();

        @Mixin
        private RelayChoice relay = new RelayChoice();

        @Override
        void perform() {
            String text = read();
            try (Administrator administrator = relay.open(true)) {
                ConfigurationAccess access = new ConfigurationAccess(administrator);
                DeclarationPlan plan = DeclarationPlan.of(
                        Declaration.read(text, access.configuration()), access.configuration(), prune);
                PlanText shown = new PlanText(plan, access::liveRecords);
                if (!json) {
                    shown.lines().forEach(this::print);
                }
                boolean applies = !plan.steps().isEmpty() && !dryRun;
                boolean inEffect = applies && applied(plan, access);
                if (json) {
                    print(shown.json(applies, inEffect));
                } else if (applies && !inEffect) {
                    err().println(ChangeOptions.LATER);
                }
            } catch (DeclarationException e) {
                throw new CommandFailedException(String.join(
                        "\n", e.faults().stream().map(fault -> fault.in(file)).toList()));
            }
        }

        private boolean applied(DeclarationPlan plan, ConfigurationAccess access) {
            if (!json && !file.equals("-")) {
                confirmation.confirm("Apply this?");
            }
            access.change(plan.edits());
            return wait.await(access, err());
        }

        private String read() {
            try {
                return file.equals("-")
                        ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                        : Files.readString(Path.of(file));
            } catch (CharacterCodingException e) {
                throw new CommandFailedException("The file is not in UTF-8: " + file + ". Save it as such.");
            } catch (IOException e) {
                throw new CommandFailedException("The file cannot be read: " + file + ". Check its name.");
            }
        }
    }

    @Command(
            name = "show",
            description = "Print the configuration as a file that apply takes.",
            mixinStandardHelpOptions = true)
    static final class Show extends RelayTask {

        @Option(names = "--json", description = "As one JSON object.")
        private boolean json;

        @Option(names = "--yaml", description = "As YAML; so it is unless --json is given.")
        private boolean yaml;

        @Mixin
        private RelayChoice relay = new RelayChoice();

        @Override
        void perform() {
            try (Administrator administrator = relay.open(false)) {
                ConfigurationAccess access = new ConfigurationAccess(administrator);
                if (json && !yaml) {
                    print(DeclarationText.json(access.configuration()));
                } else {
                    print(DeclarationText.yaml(access.configuration()).stripTrailing());
                }
            }
        }
    }
}
