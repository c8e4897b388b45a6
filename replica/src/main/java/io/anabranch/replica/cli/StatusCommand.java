package io.anabranch.replica.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.replica.Replica;
import io.anabranch.replica.ReplicaStatus;
import io.anabranch.replica.identity.Identity;
import io.anabranch.replica.state.Waiting;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;

/** Prints where the device stands. */
@Command(name = "status", description = "Prints where the device stands.", mixinStandardHelpOptions = true)
final class StatusCommand extends ReadSubcommand {

    @Override
    int run(Replica replica) {
        ReplicaStatus status = replica.status();
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("replica", HexFormat.of().toHexDigits(status.replica()));
        node.put("user", replica.identity().map(Identity::user).orElse(null));
        node.put("relay", replica.relay().map(Object::toString).orElse(null));
        putSync(node, status);
        node.put("revoked_replicas", replica.trust().revocations().count());
        node.put("disk_bytes", replica.statistics().diskBytes());
        if (json()) {
            print(node);
        } else {
            node.properties().forEach(entry -> out().printf("%-12s %s%n", entry.getKey(), text(entry.getValue())));
        }
        return 0;
    }

    /** What is to be said of sync; the same wherever it is shown. */
    static void putSync(ObjectNode node, ReplicaStatus status) {
        node.put("phase", status.phase().name().toLowerCase(Locale.ROOT));
        if (!status.step().equals(ReplicaStatus.Step.NONE)) {
            node.put("done", status.step().done());
            node.put("of", status.step().of());
        }
        node.put("pending", status.pending());
        node.put("errors", status.errors());
        node.put("commits", status.commits());
        node.put("applied", status.applied().toString());
        node.put("overdue", status.isOverdue());
        if (status.lastSyncMillis() > 0) {
            node.put("last_sync_millis", status.lastSyncMillis());
            node.put("age_seconds", Math.max(0, System.currentTimeMillis() - status.lastSyncMillis()) / 1_000);
        }
        ObjectNode ways = node.putObject("last_success");
        status.succeededMillis().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> ways.put(entry.getKey().text(), entry.getValue()));
        node.put("problem", status.problem());
        node.put("network", status.network().text());
        node.set("waiting", waiting(status.waiting()));
    }

    private static ObjectNode waiting(Waiting waiting) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("ready", waiting.isReady());
        node.put("records", waiting.count());
        node.put("configuration", waiting.configuration());
        node.put("bytes", waiting.size());
        if (waiting.isReady()) {
            node.put("position", waiting.position().toString());
        }
        ObjectNode types = node.putObject("types");
        waiting.sorted().forEach(types::put);
        return node;
    }

    private static String text(JsonNode value) {
        return value.isContainerNode() ? value.toString() : value.asText("-");
    }
}
