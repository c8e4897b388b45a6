package io.anabranch.bench.cli;

import io.anabranch.bench.replay.DemoCommand;
import io.anabranch.bench.replay.ReplayCommand;
import io.anabranch.relay.cli.RelayCommand;
import io.anabranch.replica.cli.Cli;
import io.anabranch.replica.cli.DeviceCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code anabranch}: all commands. */
@Command(
        name = "anabranch",
        description = "Sync for applications used in the field, where the network comes and goes.",
        mixinStandardHelpOptions = true,
        version = "anabranch 0.1.0",
        subcommands = {
            DemoCommand.class,
            ReplayCommand.class,
            RelayCommand.class,
            DeviceCommand.class,
            BenchCommand.class
        })
public final class Anabranch implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    private Anabranch() {}

    /** Runs a command and exits with its status. */
    public static void main(String[] arguments) {
        System.exit(Cli.run(new Anabranch(), arguments));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do, for a start: anabranch demo");
    }
}
