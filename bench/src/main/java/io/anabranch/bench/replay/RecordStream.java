package io.anabranch.bench.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.cli.CliFailure;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * A record stream: one JSON object a line, a commit, oldest first, plain or gzipped.
 *
 * <pre>{"n":12,"time":1348761600000,"editor":"e03","changes":[{"type":…,"id":…,"op":"put","fields":{…}},{"type":…,"id":…,"op":"delete"}]}</pre>
 */
final class RecordStream {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int GZIP_MAGIC = 0x1f;

    private RecordStream() {}

    static List<StreamCommit> read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in);
        }
    }

    static List<StreamCommit> read(InputStream stream) throws IOException {
        BufferedInputStream in = new BufferedInputStream(stream);
        in.mark(1);
        boolean gzipped = in.read() == GZIP_MAGIC;
        in.reset();
        BufferedReader reader = new BufferedReader(
                new InputStreamReader(gzipped ? new GZIPInputStream(in) : in, StandardCharsets.UTF_8));
        List<StreamCommit> commits = new ArrayList<>();
        long number = 0;
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            number++;
            if (!line.isBlank()) {
                commits.add(commit(line, number));
            }
        }
        return commits;
    }

    private static StreamCommit commit(String line, long number) {
        try {
            JsonNode node = JSON.readTree(line);
            Map<RecordKey, StreamCommit.Change> changes = new LinkedHashMap<>();
            for (JsonNode change : node.path("changes")) {
                StreamCommit.Change next = change(change);
                changes.merge(next.key(), next, StreamCommit.Change::then);
            }
            return new StreamCommit(
                    node.path("n").asLong(number),
                    node.required("time").asLong(),
                    node.required("editor").asText(),
                    List.copyOf(changes.values()));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new CliFailure("line " + number + " of the stream is not a commit: " + e.getMessage());
        }
    }

    private static StreamCommit.Change change(JsonNode change) {
        RecordKey key = new RecordKey(
                change.required("type").asText(), change.required("id").asText());
        String op = change.required("op").asText();
        return switch (op) {
            case "put" ->
                new StreamCommit.Change(
                        key,
                        false,
                        change.path("fields") instanceof ObjectNode fields ? fields : JSON.createObjectNode());
            case "delete" -> new StreamCommit.Change(key, true, null);
            default -> throw new IllegalArgumentException("the op is neither put nor delete: " + op);
        };
    }
}
