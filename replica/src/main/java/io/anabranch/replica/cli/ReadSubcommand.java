package io.anabranch.replica.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.anabranch.replica.Replica;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A command that works on a store that is there, and prints. */
abstract class ReadSubcommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private DeviceCommand device;

    @Option(names = "--json", description = "Print JSON, one object a line, and nothing else.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        try (Replica replica = device.openExisting()) {
            return run(replica);
        } finally {
            out().flush();
        }
    }

    abstract int run(Replica replica) throws Exception;

    boolean json() {
        return json;
    }

    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    PrintWriter err() {
        return spec.commandLine().getErr();
    }

    void print(JsonNode node) {
        out().println(node);
    }

    /** Only for commands that have subcommands of their own. */
    DeviceCommand device() {
        return device;
    }
}
