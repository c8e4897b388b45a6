package io.anabranch.bench.replay;

import io.anabranch.replica.cli.CliFailure;
import io.anabranch.replica.cli.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Replays a stream and reports. */
@Command(
        name = "replay",
        description = {
            "Replays a stream of edits: every editor works on devices of their own, and at the end all must hold the same bytes.",
            "The exit status is 0 only if they converged and nothing was lost."
        },
        mixinStandardHelpOptions = true)
public final class ReplayCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "FILE",
            description = "The stream: a commit a line as JSON, plain or gzipped.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(names = "--devices-per-editor", paramLabel = "N", description = "Devices of each editor; 1 if left out.")
    private int devicesPerEditor = 1;

    @Option(
            names = "--offline",
            paramLabel = "P",
            description =
                    "Probability that a device has no network before, and after, a commit; 0.5 if left out. With 0 every device"
                            + " syncs before and after each of its commits.")
    private double offline = 0.5;

    @Option(names = "--seed", paramLabel = "S", description = "Decides all that is left to chance; 1 if left out.")
    private long seed = 1;

    @Option(names = "--export", paramLabel = "OUT.jsonl", description = "Write the relay's live records there.")
    private @Nullable Path export;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Keep the stores there; an interrupted replay of the same directory goes on. A temporary directory if left out.")
    private @Nullable Path data;

    @Option(names = "--json", description = "Print the report as JSON and nothing else.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        if (!Files.isReadable(file)) {
            throw new CliFailure("the stream cannot be read: " + file);
        }
        List<StreamCommit> stream = RecordStream.read(file);
        try (Workspace workspace = Workspace.of(data)) {
            ReplayOptions options = new ReplayOptions(workspace.directory(), devicesPerEditor, offline, seed);
            ReplayReport report = replay(stream, options);
            if (json) {
                spec.commandLine().getOut().println(report.json());
            } else {
                ReportTable.print(spec.commandLine().getOut(), report);
            }
            spec.commandLine().getOut().flush();
            return report.converged() && report.lost() == 0 && report.errors() == 0 ? 0 : 1;
        }
    }

    private ReplayReport replay(List<StreamCommit> stream, ReplayOptions options) throws IOException {
        try (Progress progress = new Progress(spec.commandLine().getErr());
                Replay replay = new Replay(stream, options, new ReplayProgress(progress))) {
            ReplayReport report = replay.run();
            if (export != null) {
                replay.export(export);
            }
            return report;
        }
    }
}
