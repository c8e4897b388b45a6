package io.anabranch.bench.sync;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.bench.replay.Workspace;
import io.anabranch.replica.cli.Progress;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures sync. */
@Command(
        name = "sync",
        description = {
            "Measures sync between a relay and devices in processes of their own, over loopback with TLS: upload, first download, edits, a sync"
                    + " with nothing to do, latency and sustained edits; beside the raw limits of the same run."
        },
        mixinStandardHelpOptions = true)
public final class SyncBenchCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--records", paramLabel = "N", description = "Records to upload and download; 100000 if left out.")
    private long records = 100_000;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            description =
                    "Records to upload and download before measuring, so that the virtual machines are warm; 60000 if left out.")
    private long warmUp = 60_000;

    @Option(names = "--json", description = "Print the report as JSON and nothing else.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        SyncBench.Amount amount = new SyncBench.Amount(records, warmUp);
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        report.put("records", records).put("processors", Runtime.getRuntime().availableProcessors());
        try (Workspace workspace = Workspace.of(null);
                Progress progress = new Progress(spec.commandLine().getErr())) {
            try (SyncBench bench = new SyncBench(workspace.directory(), amount, report, progress::show)) {
                bench.run();
            }
            progress.show("raw limits");
            SyncBench.raw(workspace.directory(), amount, report);
        }
        if (json) {
            spec.commandLine().getOut().println(report);
        } else {
            for (Map.Entry<String, JsonNode> entry : report.properties()) {
                spec.commandLine().getOut().printf("%-38s %s%n", entry.getKey(), entry.getValue());
            }
        }
        spec.commandLine().getOut().flush();
        return 0;
    }
}
