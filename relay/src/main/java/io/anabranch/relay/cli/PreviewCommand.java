package io.anabranch.relay.cli;

import io.anabranch.proto.ScopeChange;
import io.anabranch.proto.ScopePreviewReply;
import io.anabranch.relay.declaration.Declaration;
import io.anabranch.relay.declaration.DeclarationException;
import io.anabranch.relay.declaration.DeclarationPlan;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code relay scope preview}: what applying a file would do to what users have. */
@Command(
        name = "preview",
        description = {
            "Show what applying a file would do to what users have; change nothing.",
            "",
            "Reads all records. What a user gets and loses is told for all the user's devices together, by what kinds of device they are;"
                    + " for users without a device, for a device of no kind.",
            "",
            "Pending are the unconfirmed saves that the user's devices last told of, for users who lose"
                    + " records: some may be about these."
        },
        mixinStandardHelpOptions = true)
final class PreviewCommand extends RelayTask {

    @Parameters(paramLabel = "FILE", description = "The file, in YAML or JSON, as schema apply takes it.")
    private String file = "";

    @Option(names = "--prune", description = "As if what the sections of the file do not name were removed.")
    private boolean prune;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Mixin
    private RelayChoice relay = new RelayChoice();

    @Override
    void perform() {
        try (Administrator administrator = relay.open(false)) {
            ConfigurationAccess access = new ConfigurationAccess(administrator);
            DeclarationPlan plan = DeclarationPlan.of(
                    Declaration.read(Files.readString(Path.of(file)), access.configuration()),
                    access.configuration(),
                    prune);
            ScopePreviewReply preview = access.preview(plan.edits());
            if (json) {
                print(json(preview));
            } else {
                show(preview);
            }
        } catch (DeclarationException e) {
            throw new CommandFailedException(String.join(
                    "\n", e.faults().stream().map(fault -> fault.in(file)).toList()));
        } catch (IOException e) {
            throw new CommandFailedException(
                    "The file cannot be read: " + file + ". Check its name and that it is UTF-8.");
        }
    }

    private void show(ScopePreviewReply preview) {
        if (preview.getUsersList().isEmpty()) {
            print("Nobody would get or lose records.");
        } else {
            new TextTable("USER", "IN", "BYTES IN", "OUT", "BYTES OUT", "AFTER", "BYTES AFTER", "PENDING")
                    .rows(preview.getUsersList(), PreviewCommand::cells)
                    .lines()
                    .forEach(this::print);
        }
        list("Rules that no record fulfils: ", preview.getMatchingNothingList());
        list("Rules that every record of their type fulfils: ", preview.getAlwaysTrueList());
        list("Types with records that no rule speaks of: ", preview.getTypesWithoutRuleList());
        preview.getProblemsList().forEach(this::print);
    }

    private void list(String what, List<String> names) {
        if (!names.isEmpty()) {
            print(what + String.join(", ", names));
        }
    }

    private static List<String> cells(ScopeChange change) {
        return Arrays.asList(
                change.getUser(),
                Long.toString(change.getRecordsIn()),
                Long.toString(change.getSizeIn()),
                Long.toString(change.getRecordsOut()),
                Long.toString(change.getSizeOut()),
                Long.toString(change.getRecordsAfter()),
                Long.toString(change.getSizeAfter()),
                Long.toString(change.getPending()));
    }

    private static String json(ScopePreviewReply preview) {
        JsonArray users = new JsonArray();
        for (ScopeChange change : preview.getUsersList()) {
            users.add(new JsonObject()
                    .put("user", change.getUser())
                    .put("recordsIn", change.getRecordsIn())
                    .put("bytesIn", change.getSizeIn())
                    .put("recordsOut", change.getRecordsOut())
                    .put("bytesOut", change.getSizeOut())
                    .put("recordsAfter", change.getRecordsAfter())
                    .put("bytesAfter", change.getSizeAfter())
                    .put("pending", change.getPending()));
        }
        return new JsonObject()
                .put("users", users)
                .put("matchingNothing", new JsonArray(List.copyOf(preview.getMatchingNothingList())))
                .put("alwaysTrue", new JsonArray(List.copyOf(preview.getAlwaysTrueList())))
                .put("typesWithoutRule", new JsonArray(List.copyOf(preview.getTypesWithoutRuleList())))
                .put("problems", new JsonArray(List.copyOf(preview.getProblemsList())))
                .encode();
    }
}
