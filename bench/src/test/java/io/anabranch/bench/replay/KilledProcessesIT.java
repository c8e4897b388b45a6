package io.anabranch.bench.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A relay and two devices as processes of their own, driven by the commands and killed at random moments: what a command said
 * it saved is there in the end, everywhere.
 */
final class KilledProcessesIT {

    private static final int ROUNDS = 5;
    private static final int RECORDS_PER_FILE = 400;
    private static final long SEED = 20_261_123;

    private final Random random = new Random(SEED);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private CommandProcesses processes;

    @BeforeEach
    void begin() {
        processes = new CommandProcesses(directory);
    }

    @AfterEach
    void stopAll() {
        processes.close();
    }

    @Test
    void nothingThatWasSavedIsLostWhoeverIsKilled() throws Exception {
        String address = processes.serve(0).address();
        processes.enrol("a", address);
        processes.enrol("b", address);
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        Set<String> saved = new HashSet<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (String device : List.of("a", "b")) {
                Path file = records(device, round);
                Process saving = processes.device(device, "import", file.toString());
                if ((round % 2 == 0 ? CommandProcesses.finished(saving) : killedAtRandom(saving)) == 0) {
                    saved.addAll(Files.readAllLines(file));
                }
                Process sync = processes.device(device, "sync");
                if (random.nextBoolean()) {
                    processes.last().relay().destroyForcibly().waitFor();
                    CommandProcesses.finished(sync);
                    processes.serve(port);
                } else {
                    killedAtRandom(sync);
                }
            }
        }
        for (String device : List.of("a", "b", "a")) {
            assertThat(CommandProcesses.finished(processes.device(device, "sync")))
                    .isZero();
        }
        List<String> dump = processes.printed("a", "dump");
        assertThat(processes.printed("b", "dump")).isEqualTo(dump);
        assertThat(dump).containsAll(saved);
        assertThat(saved).isNotEmpty();
    }

    /** Records in the form that a dump has them, so that lines can be compared. */
    private Path records(String device, int round) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < RECORDS_PER_FILE; i++) {
            lines.add("{\"type\":\"visit\",\"id\":\"%s-%d-%03d\",\"fields\":{\"note\":\"%d\",\"samples\":\"%s\"}}"
                    .formatted(device, round, i, random.nextInt(1_000_000), "x".repeat(random.nextInt(400))));
        }
        return Files.write(directory.resolve(device + round + ".jsonl"), lines);
    }

    private int killedAtRandom(Process process) throws InterruptedException {
        if (!process.waitFor(300 + random.nextInt(2_500), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly().waitFor();
        }
        return process.exitValue();
    }
}
