package io.anabranch.relay.cli;

import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.MergeRecordsReply;
import io.anabranch.proto.MergeRecordsRequest;
import io.vertx.core.json.JsonObject;
import java.io.Console;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code relay merge}: two records become one. */
@Command(
        name = "merge",
        description = {
            "Merge a record into another of its type, after showing what refers to it.",
            "",
            "What refers to the first refers to the second; the first is deleted. What devices have still to send for the first goes to"
                    + " the second. The values of the second stay as they are. This cannot be undone."
        },
        mixinStandardHelpOptions = true)
final class MergeCommand extends RelayTask {

    @Parameters(index = "0", paramLabel = "TYPE/LOSER", description = "The record that goes.")
    private String loser = "";

    @Parameters(index = "1", paramLabel = "TYPE/SURVIVOR", description = "The record that stays.")
    private String survivor = "";

    @Option(names = "--dry-run", description = "Show what would be done; change nothing.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Do not ask, where there is a terminal.")
    private boolean yes;

    @Option(names = "--json", description = "Print one JSON object; asks nothing.")
    private boolean json;

    @Mixin
    private RelayChoice relay = new RelayChoice();

    @Override
    void perform() {
        RecordKey from = key(loser);
        RecordKey into = key(survivor);
        if (!from.type().equals(into.type())) {
            throw new CommandFailedException("Only records of one type can be merged: " + from + ", " + into);
        }
        MergeRecordsRequest request = MergeRecordsRequest.newBuilder()
                .setType(from.type())
                .setLoser(from.id())
                .setSurvivor(into.id())
                .build();
        try (Administrator administrator = relay.open(false)) {
            if (!json) {
                show(administrator.mergeRecords(
                        request.toBuilder().setDryRun(true).build()));
                if (dryRun) {
                    return;
                }
                confirm();
            }
            MergeRecordsReply reply = administrator.mergeRecords(
                    request.toBuilder().setDryRun(dryRun).build());
            if (json) {
                print(json(reply));
            }
        }
    }

    private void show(MergeRecordsReply reply) {
        print("- " + loser + "  (merged into " + survivor + ")");
        new TreeMap<>(reply.getRepointedMap())
                .forEach((field, count) ->
                        print("~ " + field + "  (" + count + (count == 1 ? " record)" : " records)")));
    }

    private String json(MergeRecordsReply reply) {
        JsonObject repointed = new JsonObject();
        new TreeMap<>(reply.getRepointedMap()).forEach(repointed::put);
        return new JsonObject()
                .put("merged", !dryRun)
                .put("loser", loser)
                .put("survivor", survivor)
                .put("repointed", repointed)
                .put("epoch", reply.getEpoch())
                .put("sequence", reply.getSequence())
                .encode();
    }

    private static RecordKey key(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new CommandFailedException("This is not TYPE/ID: " + text);
        }
        return new RecordKey(text.substring(0, slash), text.substring(slash + 1));
    }

    /** Asks where there is a terminal to ask at; a script has said what it wants. The launcher makes all Javas tell the two apart. */
    @SuppressWarnings("SystemConsoleNull")
    private void confirm() {
        Console console = System.console();
        if (yes || console == null) {
            return;
        }
        String answer = console.readLine("Merge these? [y/N] ");
        if (answer != null && !answer.strip().matches("(?i)y|yes")) {
            throw new CommandFailedException("Nothing was changed.");
        }
    }
}
