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

/** Measures how long it takes to apply what is staged. */
@Command(
        name = "apply",
        description = {
            "Measures how long it takes to apply what a non-blocking sync has staged: new records, then edits of all of them, while a person"
                    + " saves and reads; beside the same bytes written by one batch."
        },
        mixinStandardHelpOptions = true)
public final class ApplyBenchCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--records", paramLabel = "N", description = "Records to stage; 100000 if left out.")
    private int records = 100_000;

    @Option(names = "--json", description = "Print the report as JSON and nothing else.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        report.put("records", records).put("processors", Runtime.getRuntime().availableProcessors());
        try (Workspace workspace = Workspace.of(null);
                Progress progress = new Progress(spec.commandLine().getErr());
                ApplyBench bench = new ApplyBench(workspace.directory(), records, report)) {
            bench.run(progress::show);
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
