package io.anabranch.bench.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.bench.cli.Anabranch;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
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
    private final List<Process> started = new ArrayList<>();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @AfterEach
    void stopAll() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void nothingThatWasSavedIsLostWhoeverIsKilled() throws Exception {
        String address = serve(0).address;
        enrol("a", address);
        enrol("b", address);
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        Set<String> saved = new HashSet<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (String device : List.of("a", "b")) {
                Path file = records(device, round);
                Process saving = device(device, "import", file.toString());
                if ((round % 2 == 0 ? finished(saving) : killedAtRandom(saving)) == 0) {
                    saved.addAll(Files.readAllLines(file));
                }
                Process sync = device(device, "sync");
                if (random.nextBoolean()) {
                    last().relay.destroyForcibly().waitFor();
                    finished(sync);
                    serve(port);
                } else {
                    killedAtRandom(sync);
                }
            }
        }
        for (String device : List.of("a", "b", "a")) {
            assertThat(finished(device(device, "sync"))).isZero();
        }
        List<String> dump = dump("a");
        assertThat(dump("b")).isEqualTo(dump);
        assertThat(dump).containsAll(saved);
        assertThat(saved).isNotEmpty();
    }

    /** A running relay. */
    private record Serving(Process relay, String address) {}

    private final List<Serving> relays = new ArrayList<>();

    private Serving last() {
        return relays.get(relays.size() - 1);
    }

    private Serving serve(int port) throws IOException {
        Process relay = run("relay", "serve", "--data", relayData(), "--port", Integer.toString(port));
        BufferedReader out = relay.inputReader();
        String line = out.readLine();
        while (line != null && !line.startsWith("listening on ")) {
            line = out.readLine();
        }
        assertThat(line).isNotNull();
        Serving serving = new Serving(relay, line.substring("listening on ".length()));
        relays.add(serving);
        return serving;
    }

    private void enrol(String device, String address) throws Exception {
        Process codes = run("relay", "enrol-code", device, "--data", relayData());
        String code = codes.inputReader().readLine();
        assertThat(finished(codes)).isZero();
        assertThat(finished(device(device, "enrol", "--relay", address, "--code", code)))
                .isZero();
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

    private List<String> dump(String device) throws Exception {
        Path out = directory.resolve(device + ".dump");
        Process dump = start(List.of("device", "--data", data(device), "dump"), out);
        assertThat(finished(dump)).isZero();
        return Files.readAllLines(out);
    }

    private int killedAtRandom(Process process) throws InterruptedException {
        if (!process.waitFor(300 + random.nextInt(2_500), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly().waitFor();
        }
        return process.exitValue();
    }

    private static int finished(Process process) throws InterruptedException {
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private Process device(String name, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("device", "--data", data(name)));
        all.addAll(List.of(arguments));
        return run(all.toArray(String[]::new));
    }

    private Process run(String... arguments) throws IOException {
        return start(List.of(arguments), null);
    }

    private Process start(List<String> arguments, @Nullable Path out) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:+UseSerialGC",
                "-Dfile.encoding=" + StandardCharsets.UTF_8,
                "-cp",
                System.getProperty("java.class.path"),
                Anabranch.class.getName()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("errors.log").toFile()));
        if (out != null) {
            builder.redirectOutput(out.toFile());
        }
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private String data(String device) {
        return directory.resolve(device).toString();
    }

    private String relayData() {
        return directory.resolve("relay").toString();
    }
}
