package io.anabranch.bench.cli;

import io.anabranch.bench.scope.ScopeBenchCommand;
import io.anabranch.bench.simulation.SimulationCommand;
import io.anabranch.bench.sync.ApplyBenchCommand;
import io.anabranch.bench.sync.RefreshBenchCommand;
import io.anabranch.bench.sync.RestBenchCommand;
import io.anabranch.bench.sync.SyncBenchCommand;
import io.anabranch.bench.torture.TortureCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code anabranch bench}: measurements and long runs. */
@Command(
        name = "bench",
        description = "Measures, and runs simulations.",
        mixinStandardHelpOptions = true,
        subcommands = {
            SyncBenchCommand.class,
            RefreshBenchCommand.class,
            ApplyBenchCommand.class,
            RestBenchCommand.class,
            ScopeBenchCommand.class,
            TortureCommand.class,
            SimulationCommand.class
        })
public final class BenchCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say which; see: anabranch bench --help");
    }
}
