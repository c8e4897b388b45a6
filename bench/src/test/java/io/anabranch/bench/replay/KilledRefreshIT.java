package io.anabranch.bench.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices that are processes of their own, killed at any time of a first sync and of a refresh, by a snapshot. */
final class KilledRefreshIT {

    private static final int RECORDS = 30_000;
    private static final int KILLS = 6;
    private static final int FIRST_MILLIS = 900;
    private static final int LAST_MILLIS = 4_000;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private CommandProcesses processes;

    @BeforeEach
    void start() {
        processes = new CommandProcesses(directory);
    }

    @AfterEach
    void stopAll() {
        processes.close();
    }

    @Test
    void aRefreshLeavesTheOldStoreOrTheNewOneWheneverItIsKilled() throws Exception {
        String address = processes.serve(0).address();
        processes.enrol("a", address);
        processes.enrol("b", address);
        assertThat(device("a", "import", records().toString())).isZero();
        assertThat(device("a", "sync")).isZero();
        Random random = new Random(4);
        for (int i = 0; i < KILLS; i++) {
            kill(processes.device("b", "sync"), random);
        }
        assertThat(device("b", "sync")).isZero();
        assertThat(processes.printed("b", "dump")).isEqualTo(processes.printed("a", "dump"));

        assertThat(device("b", "put", "account/1", "name=mine")).isZero();
        List<String> before = processes.printed("b", "dump");
        for (int i = 0; i < KILLS; i++) {
            kill(processes.device("b", "sync", "refresh"), random);
            assertThat(processes.printed("b", "dump")).isEqualTo(before);
        }
        assertThat(device("b", "sync", "refresh")).isZero();
        assertThat(processes.printed("b", "dump")).isEqualTo(before);
        assertThat(device("a", "sync")).isZero();
        assertThat(processes.printed("a", "dump")).isEqualTo(before);
    }

    private int device(String name, String... arguments) throws Exception {
        return CommandProcesses.finished(processes.device(name, arguments));
    }

    private static void kill(Process process, Random random) throws InterruptedException {
        process.waitFor(random.nextInt(FIRST_MILLIS, LAST_MILLIS), TimeUnit.MILLISECONDS);
        process.destroyForcibly().waitFor();
    }

    private Path records() throws IOException {
        List<String> lines = IntStream.range(0, RECORDS)
                .mapToObj(i -> "{\"type\":\"account\",\"id\":\"" + i + "\",\"fields\":{\"name\":\"account " + i
                        + "\",\"employees\":" + i + "}}")
                .toList();
        return Files.write(directory.resolve("records.jsonl"), lines);
    }
}
