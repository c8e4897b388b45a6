package io.anabranch.replica.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.crdt.HybridClock;
import io.anabranch.crdt.Record;
import io.anabranch.replica.Replica;
import io.anabranch.replica.commit.Commit;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;

/** Prints what the relay has not confirmed. */
@Command(
        name = "pending",
        description = "Prints the commits that the relay has not confirmed yet, oldest first.",
        mixinStandardHelpOptions = true)
final class PendingCommand extends ReadSubcommand {

    private static final int CHUNK = 1_000;

    @Override
    int run(Replica replica) {
        long from = 0;
        List<Commit> chunk = replica.pending(from, CHUNK);
        while (!chunk.isEmpty()) {
            chunk.forEach(commit -> {
                if (json()) {
                    print(json(commit));
                } else {
                    out().println(text(commit));
                }
            });
            from = chunk.get(chunk.size() - 1).seq() + 1;
            chunk = replica.pending(from, CHUNK);
        }
        return 0;
    }

    static ObjectNode json(Commit commit) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("seq", commit.seq());
        node.put("millis", HybridClock.millis(commit.stamp()));
        commit.deltas()
                .forEach(delta -> node.withArray("records").add(delta.key().toString()));
        return node;
    }

    static String text(Commit commit) {
        List<String> keys = commit.deltas().stream()
                .map(Record::key)
                .limit(3)
                .map(Object::toString)
                .toList();
        String more = commit.deltas().size() > keys.size()
                ? " and " + (commit.deltas().size() - keys.size()) + " more"
                : "";
        return commit.seq() + "  " + Instant.ofEpochMilli(HybridClock.millis(commit.stamp())) + "  "
                + String.join(", ", keys) + more;
    }
}
