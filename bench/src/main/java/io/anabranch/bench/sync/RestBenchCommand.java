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

/** Measures what encryption at rest costs. */
@Command(
        name = "rest",
        description = {
            "Measures what it costs a device that its store is encrypted: saves, reads, scans, queries with and without an index, and a first"
                    + " sync, in plain and encrypted in turn, with the ratio of the medians, encrypted to plain."
        },
        mixinStandardHelpOptions = true)
public final class RestBenchCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--records", paramLabel = "N", description = "Records of a store; 50000 if left out.")
    private int records = 50_000;

    @Option(names = "--rounds", paramLabel = "N", description = "How often each is measured; 3 if left out.")
    private int rounds = 3;

    @Option(names = "--json", description = "Print the report as JSON and nothing else.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        report.put("records", records).put("rounds", rounds);
        report.put("processors", Runtime.getRuntime().availableProcessors());
        try (Workspace workspace = Workspace.of(null);
                Progress progress = new Progress(spec.commandLine().getErr());
                RestBench bench = new RestBench(workspace.directory(), records)) {
            bench.run(rounds, progress::show);
            bench.report(report);
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
