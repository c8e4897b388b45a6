package io.anabranch.replica.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.CommitRefusedException;
import io.anabranch.replica.Replica;
import io.anabranch.replica.json.FieldsJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Saves records from a file, each as a commit of its own, so that one the relay rejects holds up no other. */
@Command(
        name = "import",
        description = {
            "Creates or changes records from a file of JSON objects, one a line: {\"type\":…,\"id\":…,\"fields\":{…}}",
            "Importing the same file again changes nothing."
        },
        mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {

    private static final int WAITING_MAX = 4_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private DeviceCommand device;

    @Parameters(index = "0", paramLabel = "FILE.jsonl", description = "The file.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    private long refused;

    @Override
    public Integer call() throws IOException {
        Deque<CompletableFuture<Long>> waiting = new ArrayDeque<>();
        long lines = 0;
        try (Replica replica = device.open();
                BufferedReader reader = Files.newBufferedReader(file);
                Progress progress = new Progress(spec.commandLine().getErr())) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines++;
                if (!line.isBlank()) {
                    waiting.add(save(replica, line, lines));
                }
                if (waiting.size() > WAITING_MAX) {
                    take(waiting.remove());
                    progress.show("imported " + lines + " records");
                }
            }
            waiting.forEach(this::take);
        }
        spec.commandLine().getErr().println("imported " + (lines - refused) + " records");
        return refused == 0 ? 0 : 1;
    }

    /** A record that the configuration does not allow holds up no other. */
    private void take(CompletableFuture<Long> saved) {
        try {
            saved.join();
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof CommitRefusedException refusal)) {
                throw e;
            }
            refused++;
            spec.commandLine().getErr().println("anabranch: not imported: " + refusal.getMessage());
        }
    }

    private CompletableFuture<Long> save(Replica replica, String line, long number) {
        try {
            JsonNode node = JSON.readTree(line);
            if (!(node.get("fields") instanceof ObjectNode fields)) {
                throw new CliFailure("line " + number + " has no object called fields; lines before it were imported");
            }
            RecordKey key =
                    new RecordKey(node.path("type").asText(), node.path("id").asText());
            return replica.commitAsync(tx -> FieldsJson.apply(
                    fields, tx.view(key), tx.record(key.type(), key.id()).edit()));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new CliFailure(
                    "line " + number + " is not a record: " + e.getMessage() + "; lines before it were imported");
        }
    }
}
