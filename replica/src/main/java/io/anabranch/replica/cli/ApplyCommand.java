package io.anabranch.replica.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.replica.Replica;
import io.anabranch.replica.ReplicaStatus;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;

/** Applies what is staged. */
@Command(
        name = "apply",
        description =
                "Applies what a non-blocking sync has staged, all at once; what was edited meanwhile stays on top of it.",
        mixinStandardHelpOptions = true)
final class ApplyCommand extends ReadSubcommand {

    @Override
    int run(Replica replica) {
        long start = System.nanoTime();
        long records = replica.apply();
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        ReplicaStatus status = replica.status();
        if (json()) {
            ObjectNode node = JsonNodeFactory.instance.objectNode();
            node.put("applied", records);
            node.put("duration_millis", millis);
            node.put("position", status.applied().toString());
            node.put("pending", status.pending());
            node.put("errors", status.errors());
            print(node);
        } else if (records == 0) {
            out().println("nothing was staged; see: anabranch device sync non-blocking");
        } else {
            out().printf("applied %d records in %d ms, at %s%n", records, millis, status.applied());
        }
        return 0;
    }
}
