package io.anabranch.bench.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.cli.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole path on real data: relay and devices with stores on disk, gRPC over TLS. */
final class ReplayIT {

    private static final int COMMITS = 120;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void alwaysOnlineEndsAsTheStreamItself() throws IOException {
        Path export = directory.resolve("export.jsonl");
        try (Replay replay = replay(new ReplayOptions(directory, 1, 0, 1), COMMITS)) {
            ReplayReport report = replay.run();
            replay.export(export);
            assertThat(report.converged()).isTrue();
            assertThat(report.lost()).isZero();
            assertThat(report.concurrentCommits()).isZero();
        }
        Map<RecordKey, JsonNode> exported = new TreeMap<>();
        for (String line : Files.readAllLines(export)) {
            JsonNode node = JSON.readTree(line);
            exported.put(new RecordKey(node.get("type").asText(), node.get("id").asText()), node.get("fields"));
        }
        assertThat(exported).isEqualTo(lastState(stream(COMMITS)));
    }

    @Test
    void oftenOfflineConvergesAndAnInterruptedReplayGoesOn() throws IOException {
        ReplayOptions options = new ReplayOptions(directory, 2, 0.6, 7);
        try (Replay first = replay(options, COMMITS / 2)) {
            assertThat(first.run().converged()).isTrue();
        }
        try (Replay second = replay(options, COMMITS)) {
            ReplayReport report = second.run();
            assertThat(report.converged()).isTrue();
            assertThat(report.lost()).isZero();
            assertThat(report.errors()).isZero();
        }
    }

    private static Replay replay(ReplayOptions options, int commits) throws IOException {
        ReplayProgress silent = new ReplayProgress(new Progress(new PrintWriter(Writer.nullWriter())));
        return new Replay(stream(commits), options, silent);
    }

    private static List<StreamCommit> stream(int commits) throws IOException {
        try (InputStream register = Objects.requireNonNull(
                ReplayIT.class.getResourceAsStream("/io/anabranch/bench/legislators-2012-2022.jsonl.gz"))) {
            return RecordStream.read(register).subList(0, commits);
        }
    }

    /** What plain maps make of the stream. */
    private static Map<RecordKey, JsonNode> lastState(List<StreamCommit> stream) {
        Map<RecordKey, JsonNode> records = new TreeMap<>();
        for (StreamCommit commit : stream) {
            for (StreamCommit.Change change : commit.changes()) {
                if (change.deletes()) {
                    records.remove(change.key());
                }
                ObjectNode put = change.fields();
                if (put != null) {
                    ObjectNode fields =
                            (ObjectNode) records.computeIfAbsent(change.key(), absent -> JSON.createObjectNode());
                    put.properties().forEach(field -> {
                        if (field.getValue().isNull()) {
                            fields.remove(field.getKey());
                        } else {
                            fields.set(field.getKey(), field.getValue());
                        }
                    });
                }
            }
        }
        return records;
    }
}
