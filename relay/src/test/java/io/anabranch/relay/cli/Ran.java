package io.anabranch.relay.cli;

import io.anabranch.replica.cli.DeviceCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** A command that was run in this process, and what it printed. */
record Ran(int status, String out, String err) {

    static Ran relay(String... arguments) {
        return run(new CommandLine(new RelayCommand()), arguments);
    }

    /** A command of a device. */
    static Ran device(Path data, String... arguments) {
        List<String> all = new ArrayList<>(List.of("--data", data.toString()));
        all.addAll(List.of(arguments));
        return run(new CommandLine(new DeviceCommand()), all.toArray(String[]::new));
    }

    private static Ran run(CommandLine command, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = command.setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
        return new Ran(status, out.toString(), err.toString());
    }
}
