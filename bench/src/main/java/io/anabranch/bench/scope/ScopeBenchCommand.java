package io.anabranch.bench.scope;

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

/** Measures scopes. */
@Command(
        name = "scope",
        description = {
            "Measures what scopes cost the relay: commits admitted without rules and with twenty, one change against the number of users, an"
                    + " account and a user that change territory, memory for each connected user, a new rule while everybody works."
        },
        mixinStandardHelpOptions = true)
public final class ScopeBenchCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--records", paramLabel = "N", description = "Records; 1000000 if left out.")
    private long records = 1_000_000;

    @Option(names = "--users", paramLabel = "N", description = "Users, in 50 territories; 1000 if left out.")
    private int users = 1_000;

    @Option(names = "--json", description = "Print the report as JSON and nothing else.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        report.put("records", records)
                .put("users", users)
                .put("rules", SalesOrganisation.rules().size());
        report.put("processors", Runtime.getRuntime().availableProcessors());
        try (Workspace workspace = Workspace.of(null);
                Progress progress = new Progress(spec.commandLine().getErr())) {
            new ScopeBench(new SalesOrganisation(records, users), report, progress::show).run(workspace.directory());
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
