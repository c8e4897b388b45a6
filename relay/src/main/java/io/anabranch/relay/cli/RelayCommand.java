package io.anabranch.relay.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code relay}: serves a relay and administers it.
 *
 * <pre>{@code
 * int status = new CommandLine(new RelayCommand()).execute("serve", "--data", "data");
 * }</pre>
 */
@Command(
        name = "relay",
        description = "Serve a relay, and administer its users, devices and configuration.",
        mixinStandardHelpOptions = true,
        subcommands = {
            ServeCommand.class,
            UserCommand.class,
            EnrolCodeCommand.class,
            DeviceCommand.class,
            SchemaCommand.class,
            ScopeCommand.class,
            MergeCommand.class,
            AuthorityCommand.class,
            ErrorsCommand.class,
            TrackingCommand.class,
            BackupCommand.class,
            RestoreCommand.class
        })
public final class RelayCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /** For picocli. */
    public RelayCommand() {}

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "Say what to do: serve, user, enrol-code, device, schema, scope, merge, authority, errors, tracking,"
                        + " backup or restore.");
    }

    /** Runs a command and exits with its status. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new RelayCommand()).execute(arguments));
    }
}
