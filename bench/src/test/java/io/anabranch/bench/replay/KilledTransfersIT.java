package io.anabranch.bench.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An attachment between two devices and a relay that are processes of their own, each killed in the middle of it: what had moved is not
 * moved again, and what is damaged on a disk is noticed.
 */
final class KilledTransfersIT {

    private static final int SIZE = 96 << 20;
    private static final long BEGUN_SIZE = 8L << 20;
    private static final long HALF_SIZE = 48L << 20;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private CommandProcesses processes;

    private Path film = Path.of("");

    @BeforeEach
    void makeTheFile() throws IOException {
        processes = new CommandProcesses(directory);
        film = directory.resolve("film.mp4");
        Random random = new Random(1);
        byte[] some = new byte[1 << 20];
        try (OutputStream out = Files.newOutputStream(film)) {
            for (int written = 0; written < SIZE; written += some.length) {
                random.nextBytes(some);
                out.write(some);
            }
        }
    }

    @AfterEach
    void stopAll() {
        processes.close();
    }

    @Test
    void aTransferGoesOnWhoeverIsKilled() throws Exception {
        String address = processes.serve(0).address();
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        processes.enrol("a", address);
        processes.enrol("b", address);
        assertThat(device("a", "attach", "visit/v1", "film", film.toString())).isZero();

        killWhenBegun(processes.device("a", "sync"), "relay");
        assertThat(device("a", "sync")).isZero();
        assertThat(processes.printed("a", "attachments", "--json"))
                .singleElement()
                .asString()
                .contains("\"waiting\":false");

        killWhenBegun(processes.device("b", "sync"), "b");
        Process fetching = processes.device("b", "sync");
        whenThere("b", HALF_SIZE);
        processes.last().relay().destroyForcibly().waitFor();
        CommandProcesses.finished(fetching);
        processes.serve(port);
        assertThat(device("b", "sync")).isZero();
        Path out = directory.resolve("out.mp4");
        assertThat(device("b", "attachment", "visit/v1", "film", "--out", out.toString()))
                .isZero();
        assertThat(Files.mismatch(film, out)).isEqualTo(-1);

        flipAByte(largest("b"));
        Path again = directory.resolve("again.mp4");
        assertThat(device("b", "attachment", "visit/v1", "film", "--out", again.toString()))
                .isZero();
        assertThat(processes.errors()).contains("damaged on the disk");
        assertThat(Files.mismatch(film, again)).isEqualTo(-1);
    }

    private int device(String name, String... arguments) throws Exception {
        return CommandProcesses.finished(processes.device(name, arguments));
    }

    private void killWhenBegun(Process process, String into) throws InterruptedException {
        whenThere(into, BEGUN_SIZE);
        process.destroyForcibly().waitFor();
    }

    private void whenThere(String into, long size) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> Files.size(largest(into)) >= size);
    }

    /** The largest file of a place's attachments; the directory itself if there is none. */
    private Path largest(String place) throws IOException {
        Path attachments = directory.resolve(place).resolve("attachments");
        if (!Files.exists(attachments)) {
            return directory;
        }
        try (Stream<Path> files = Files.walk(attachments)) {
            return files.filter(Files::isRegularFile)
                    .reduce((one, other) ->
                            one.toFile().length() >= other.toFile().length() ? one : other)
                    .orElse(directory);
        }
    }

    private static void flipAByte(Path file) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(SIZE / 2);
            int before = bytes.read();
            bytes.seek(SIZE / 2);
            bytes.write(before ^ 1);
        }
    }
}
