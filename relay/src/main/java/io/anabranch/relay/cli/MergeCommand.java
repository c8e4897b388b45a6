package io.anabranch.relay.cli;

import io.anabranch.crdt.MalformedRecordException;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.MergeRecordsReply;
import io.anabranch.proto.MergeRecordsRequest;
import io.anabranch.replica.json.RecordJson;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code relay merge}: two records become one. */
@Command(
        name = "merge",
        description = {
            "Merge a record into another of its type, after showing what will change.",
            "",
            "What refers to the first refers to the second; the first is deleted. What devices have still to send for the first goes to"
                    + " the second. The second keeps its values and takes over those of the first in fields that it does not"
                    + " have; sets come together, counters are added up. This cannot be undone."
        },
        mixinStandardHelpOptions = true)
final class MergeCommand extends RelayTask {

    @Parameters(index = "0", paramLabel = "TYPE/LOSER", description = "The record that goes.")
    private String loser = "";

    @Parameters(index = "1", paramLabel = "TYPE/SURVIVOR", description = "The record that stays.")
    private String survivor = "";

    @Option(names = "--dry-run", description = "Show what would be done; change nothing.")
    private boolean dryRun;

    @Option(
            names = "--take",
            paramLabel = "FIELD",
            description = "This field becomes what it is in the one that goes; may be repeated.")
    private List<String> take = new ArrayList<>();

    @Option(names = "--keep", paramLabel = "FIELD", description = "This field stays what it is; may be repeated.")
    private List<String> keep = new ArrayList<>();

    @Mixin
    private Confirmation confirmation = new Confirmation();

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
                .addAllTake(take)
                .addAllKeep(keep)
                .build();
        try (Administrator administrator = relay.open(false)) {
            if (!json) {
                show(administrator.mergeRecords(
                        request.toBuilder().setDryRun(true).build()));
                if (dryRun) {
                    return;
                }
                confirmation.confirm("Merge these?");
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
        takenOver(reply).forEach(field -> print("~ " + survivor + "  " + field.getKey() + " = " + field.getValue()));
        new TreeMap<>(reply.getRepointedMap())
                .forEach((field, count) ->
                        print("~ " + field + "  (" + count + (count == 1 ? " record)" : " records)")));
    }

    /** The fields of the survivor that are different after it. */
    private JsonObject takenOver(MergeRecordsReply reply) {
        try {
            Record fields = Record.decode(key(survivor), reply.getTakenOver().toByteArray());
            return new JsonObject(RecordJson.line(fields)).getJsonObject("fields");
        } catch (MalformedRecordException e) {
            throw new CommandFailedException(
                    "The relay's answer cannot be read. Use a command of the relay's version.");
        }
    }

    private String json(MergeRecordsReply reply) {
        JsonObject repointed = new JsonObject();
        new TreeMap<>(reply.getRepointedMap()).forEach(repointed::put);
        return new JsonObject()
                .put("merged", !dryRun)
                .put("loser", loser)
                .put("survivor", survivor)
                .put("repointed", repointed)
                .put("takenOver", takenOver(reply))
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
}
