package io.anabranch.bench.torture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.bench.replay.Workspace;
import io.anabranch.replica.cli.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code anabranch bench torture}. Exit status 1 if anything was lost or differs. */
@Command(
        name = "torture",
        description = {
            "Kills a relay and devices, real processes of the ordinary commands, at any time, over a network that delays, cuts and drops;"
                    + " sets the relay back to backups and denies devices disk. In the end everything that was said to be saved must be everywhere."
        },
        mixinStandardHelpOptions = true)
public final class TortureCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--minutes", paramLabel = "N", description = "How long; 1 if left out.")
    private double minutes = 1;

    @Option(names = "--devices", paramLabel = "N", description = "How many devices; 3 if left out.")
    private int devices = 3;

    @Option(names = "--seed", paramLabel = "S", description = "What decides the order of what is tried.")
    private long seed = 1;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where stores and messages are kept; removed at the end if left out.")
    private @Nullable Path data;

    @Option(names = "--json", description = "Print the report as JSON and nothing else.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        List<String> faults;
        try (Workspace workspace = Workspace.of(data);
                Progress progress = new Progress(spec.commandLine().getErr());
                Torture torture = new Torture(workspace.directory(), devices, seed)) {
            torture.run(Math.round(minutes * 60), progress::show);
            faults = torture.faults(progress::show);
            describe(torture, report);
        }
        faults.forEach(fault -> report.withArray("faults").add(fault));
        print(report);
        return faults.isEmpty() ? 0 : 1;
    }

    private static void describe(Torture torture, ObjectNode report) {
        TortureCounts counts = torture.counts();
        report.put("seed", counts.seed())
                .put("commands", counts.commands().sum())
                .put("saved", torture.savedCount())
                .put("kills", counts.kills())
                .put("device_kills", counts.deviceKills().sum())
                .put("relay_kills", counts.relayKills().sum())
                .put("relay_restores", counts.relayRestores().sum())
                .put("disks_full", counts.disksFull().sum())
                .put("changes_of_network", counts.weathers().sum())
                .put("syncs", counts.syncs().sum())
                .put("syncs_failed", counts.syncsFailed().sum())
                .putArray("faults");
    }

    private void print(ObjectNode report) {
        if (json) {
            spec.commandLine().getOut().println(report);
        } else {
            for (Map.Entry<String, JsonNode> entry : report.properties()) {
                spec.commandLine().getOut().printf("%-20s %s%n", entry.getKey(), entry.getValue());
            }
        }
        spec.commandLine().getOut().flush();
    }
}
