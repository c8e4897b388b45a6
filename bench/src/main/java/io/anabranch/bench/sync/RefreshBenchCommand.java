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

/** Measures filling and refreshing a device by a snapshot. */
@Command(
        name = "refresh",
        description = {
            "Measures the first sync of a device by a snapshot, and a refresh while the device reads and writes, between a relay and devices in"
                    + " processes of their own, over loopback with TLS; beside the raw limits of the same run: the same bytes streamed, and the"
                    + " same records made into sorted files and ingested."
        },
        mixinStandardHelpOptions = true)
public final class RefreshBenchCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--records", paramLabel = "N", description = "Records of about 600 bytes; 1000000 if left out.")
    private long records = 1_000_000;

    @Option(names = "--json", description = "Print the report as JSON and nothing else.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        report.put("records", records).put("processors", Runtime.getRuntime().availableProcessors());
        try (Workspace workspace = Workspace.of(null);
                Progress progress = new Progress(spec.commandLine().getErr())) {
            try (RefreshBench bench = new RefreshBench(workspace.directory(), records, report, progress::show)) {
                bench.run();
            }
            progress.show("raw limits");
            RefreshBench.raw(workspace.directory(), report);
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
