package io.anabranch.bench.replay;

import io.anabranch.replica.cli.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Replays the register that comes with the project, and leaves the relay's page open. */
@Command(
        name = "demo",
        description = {
            "A relay and a device for each of 42 editors work through ten years of a real register, offline half of the time, and meet.",
            "Killed in the middle and started again with the same --data, it goes on."
        },
        mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {

    private static final String REGISTER = "/io/anabranch/bench/legislators-2012-2022.jsonl.gz";
    private static final double OFFLINE = 0.5;
    private static final long SEED = 42;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Keep the stores there. A temporary directory if left out.")
    private @Nullable Path data;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        try (Workspace workspace = Workspace.of(data)) {
            ReplayOptions options = new ReplayOptions(workspace.directory(), 1, OFFLINE, SEED);
            try (Replay replay = start(options)) {
                out.println(
                        "Ten years of the register of the members of the United States Congress, replayed by its editors.");
                out.println("The relay's page: https://127.0.0.1:"
                        + replay.relay().port() + "/ (its certificate is its own; let the browser pass)");
                out.flush();
                ReplayReport report = replay.run();
                out.println();
                ReportTable.print(out, report);
                out.flush();
                waitForKey(out, replay);
                return report.converged() && report.lost() == 0 && report.errors() == 0 ? 0 : 1;
            }
        }
    }

    private Replay start(ReplayOptions options) throws IOException {
        try (InputStream register = DemoCommand.class.getResourceAsStream(REGISTER)) {
            if (register == null) {
                throw new IllegalStateException("the register is missing from the build");
            }
            List<StreamCommit> stream = RecordStream.read(register);
            return new Replay(
                    stream,
                    options,
                    new ReplayProgress(new Progress(spec.commandLine().getErr())));
        }
    }

    private static void waitForKey(PrintWriter out, Replay replay) throws IOException {
        if (Progress.isTerminal()) {
            out.println("  Look at https://127.0.0.1:" + replay.relay().port() + "/ and press Enter to end.");
            out.flush();
            int key = System.in.read();
            if (key < 0) {
                out.println();
            }
        }
    }
}
