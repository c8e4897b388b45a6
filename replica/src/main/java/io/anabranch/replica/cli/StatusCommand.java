package io.anabranch.replica.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.replica.Replica;
import io.anabranch.replica.ReplicaStatus;
import io.anabranch.replica.identity.Identity;
import java.util.Locale;
import picocli.CommandLine.Command;

/** Prints where the device stands. */
@Command(name = "status", description = "Prints where the device stands.", mixinStandardHelpOptions = true)
final class StatusCommand extends ReadSubcommand {

    @Override
    int run(Replica replica) {
        ReplicaStatus status = replica.status();
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("replica", Long.toHexString(status.replica()));
        node.put("user", replica.identity().map(Identity::user).orElse(null));
        node.put("relay", replica.relay().map(Object::toString).orElse(null));
        node.put("phase", status.phase().name().toLowerCase(Locale.ROOT));
        node.put("pending", status.pending());
        node.put("errors", status.errors());
        node.put("commits", status.commits());
        node.put("applied", status.applied().toString());
        node.put("disk_bytes", replica.statistics().diskBytes());
        if (json()) {
            print(node);
        } else {
            node.properties()
                    .forEach(entry -> out().printf(
                                    "%-12s %s%n",
                                    entry.getKey(), entry.getValue().asText("-")));
        }
        return 0;
    }
}
