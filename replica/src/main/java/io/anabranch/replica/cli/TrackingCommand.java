package io.anabranch.replica.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.crdt.Value;
import io.anabranch.replica.Replica;
import io.anabranch.replica.tracking.SyncTrack;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints what the last syncs did. */
@Command(
        name = "tracking",
        description = "Prints what the last syncs of this device did, latest first.",
        mixinStandardHelpOptions = true)
final class TrackingCommand extends ReadSubcommand {

    @Option(names = "--limit", paramLabel = "N", description = "At most so many; all if left out.")
    private int limit = Integer.MAX_VALUE;

    @Override
    int run(Replica replica) {
        List<SyncTrack> tracks = replica.tracks();
        tracks.stream().limit(limit).forEach(track -> {
            if (json()) {
                print(json(track));
            } else {
                out().println(text(track));
            }
        });
        return 0;
    }

    private static ObjectNode json(SyncTrack track) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        track.fields().forEach((name, value) -> {
            if (value instanceof Value.Whole whole) {
                node.put(name, whole.number());
            } else if (value instanceof Value.Text text) {
                node.put(name, text.text());
            }
        });
        return node;
    }

    private static String text(SyncTrack track) {
        return "%s  %-12s %-9s %6d ms  up %d, down %d%s"
                .formatted(
                        Instant.ofEpochMilli(track.times().startedMillis()),
                        track.occasion().way(),
                        track.outcome().result(),
                        track.durationMillis(),
                        track.traffic().commitsUp(),
                        track.traffic().recordsDown().values().stream()
                                .mapToLong(Long::longValue)
                                .sum(),
                        track.isFailed() ? "  " + track.outcome().message() : "");
    }
}
