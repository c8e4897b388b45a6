package io.anabranch.bench.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.Value;
import io.anabranch.relay.cli.RelayCommand;
import io.anabranch.relay.server.RelayServer;
import io.anabranch.relay.server.RelayServerOptions;
import io.anabranch.replica.cli.Cli;
import io.anabranch.replica.cli.DeviceCommand;
import io.anabranch.replica.state.IndexKeys;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * A device whose store is encrypted, killed in the middle of its work: no file has a byte of a field, in plain or as an index has it; and with
 * its passphrase all of it is there. A store in plain is searched too, so that it is known that the search finds.
 */
final class EncryptedProcessesIT {

    private static final String SCHEMA = """
            types:
              account:
                fields:
                  name: {type: text, indexed: true}
                  size: {type: integer, indexed: true}
                  tags: {kind: set}
                  photo: {type: attachment}
                validations: {few: {check: size <= 8675309422, message: Too large.}}
            """;
    private static final long NUMBER = 8_675_309_421L;
    private static final int RECORDS = 20_000;
    private static final long WRITTEN_SIZE = 1 << 20;
    private static final String KEY = "--passphrase-file";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private CommandProcesses processes;

    @SuppressWarnings("NullAway.Init")
    private RelayServer relay;

    private Path passphrase = Path.of("");
    private Path records = Path.of("");

    @BeforeEach
    void writeFiles() throws IOException {
        processes = new CommandProcesses(directory);
        Path relayData = directory.resolve("relay");
        relay = RelayServer.start(RelayServerOptions.in(relayData));
        passphrase = write("passphrase", "correct horse\n");
        records = write(
                "records.jsonl",
                IntStream.range(0, RECORDS)
                        .mapToObj(i -> "{\"type\":\"account\",\"id\":\"" + i + "\",\"fields\":{\"name\":\"zebrafinch "
                                + i + "\",\"size\":" + NUMBER + ",\"tags\":[\"wagtail\"]}}")
                        .collect(Collectors.joining("\n")));
        Path schema = write("schema.yaml", SCHEMA);
        assertThat(Cli.run(
                        new RelayCommand(),
                        "schema",
                        "apply",
                        schema.toString(),
                        "--yes",
                        "--data",
                        relayData.toString()))
                .isZero();
    }

    @AfterEach
    void stopAll() {
        processes.close();
        relay.close();
    }

    @Test
    void noFileOfADeviceThatWasKilledHasAByteOfAField() throws Exception {
        Path photo = write("photo.txt", "nightjar in the picture ".repeat(30_000));
        enrol("plain");
        enrol("device", KEY, passphrase.toString());
        killWhileImporting("plain");
        assertThat(found("plain")).contains("text", "name in an index", "size in an index", "element");
        killWhileImporting("device", KEY, passphrase.toString());
        assertThat(found("device")).isEmpty();
        encrypted(0, "attach", "account/1", "photo", photo.toString());
        encrypted(0, "put", "account/1", "size=8675309423", "name=bittern", "--no-check");
        encrypted(0, "sync");
        encrypted(0, "put", "account/2", "name=zebrafinch again");
        assertThat(encrypted(0, "errors")).contains("Too large");
        assertThat(found("device")).isEmpty();
        assertThat(encrypted(0, "find", "account", "name = 'zebrafinch again'")).contains("zebrafinch again");
        assertThat(encrypted(0, "find", "account", "size > 1 ORDER BY name", "--explain"))
                .contains("index");
    }

    @Test
    void onlyThePassphraseOpensAndChangingItWritesNoStore() throws Exception {
        encrypted(0, "put", "account/1", "name=zebrafinch");
        Map<Path, String> before = contents("device");
        Path other = write("other", "battery staple");
        encrypted(0, "passphrase", "change", "--new-passphrase-file", other.toString());
        Map<Path, String> after = contents("device");
        assertThat(after.keySet()).isEqualTo(before.keySet());
        assertThat(after.keySet().stream().filter(file -> !Objects.equals(after.get(file), before.get(file))))
                .containsExactly(directory.resolve("device").resolve("key"));
        assertThat(encrypted(1, "get", "account/1")).contains("does not open this store");
        assertThat(run("device", 1, "get", "account/1")).contains("is encrypted");
        passphrase = other;
        assertThat(encrypted(0, "get", "account/1")).contains("zebrafinch");
        Path third = write("third", "third one");
        encrypted(0, "passphrase", "add", "--new-passphrase-file", third.toString());
        assertThat(encrypted(0, "passphrase", "list").lines()).hasSize(2);
        encrypted(0, "passphrase", "remove", "3");
        assertThat(encrypted(0, "passphrase", "list").lines()).hasSize(1);
    }

    @Test
    void aStoreInPlainIsEncryptedAlsoIfThatIsKilledBefore() throws Exception {
        run("device", 0, "import", records.toString());
        Path photo = write("photo.txt", "nightjar ".repeat(9_000));
        run("device", 0, "attach", "account/1", "photo", photo.toString());
        String dump = run("device", 0, "dump");
        assertThat(encrypted(1, "dump")).contains("not encrypted");
        Process encrypting = processes.device("device", "encrypt", KEY, passphrase.toString());
        whenWritten(directory.resolve("device").resolve("encrypted"));
        encrypting.destroyForcibly().waitFor();
        assertThat(run("device", 0, "dump")).isEqualTo(dump);
        encrypted(0, "encrypt");
        assertThat(encrypted(0, "dump")).isEqualTo(dump);
        assertThat(found("device")).isEmpty();
        assertThat(encrypted(0, "attachments")).contains("here");
        assertThat(directory.resolve("device").resolve("store")).doesNotExist();
        assertThat(encrypted(0, "pending")).contains("account/1");
        assertThat(encrypted(1, "encrypt")).contains("already");
    }

    private void killWhileImporting(String name, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("import", records.toString()));
        arguments.addAll(List.of(more));
        Process importing = processes.device(name, arguments.toArray(String[]::new));
        whenWritten(directory.resolve(name));
        importing.destroyForcibly().waitFor();
    }

    /** When so much was written that the next kill is in the middle of it. */
    private static void whenWritten(Path place) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> size(place) > WRITTEN_SIZE);
    }

    private static long size(Path place) {
        try (Stream<Path> files = Files.walk(place)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        } catch (IOException | UncheckedIOException e) {
            // It is being made.
            return 0;
        }
    }

    private void enrol(String name, String... more) {
        String code = relay.administration().createEnrolmentCode("avocet").getCode();
        List<String> arguments = new ArrayList<>(List.of("enrol", "--relay", relay.address(), "--code", code));
        arguments.addAll(List.of(more));
        run(name, 0, arguments.toArray(String[]::new));
        List<String> syncing = new ArrayList<>(List.of("sync"));
        syncing.addAll(List.of(more));
        run(name, 0, syncing.toArray(String[]::new));
    }

    /** Runs a command of the device with its passphrase. */
    private String encrypted(int status, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of(KEY, passphrase.toString()));
        return run("device", status, all.toArray(String[]::new));
    }

    /** Runs a command in this process; all that it printed. */
    private String run(String name, int status, String... arguments) {
        StringWriter printed = new StringWriter();
        List<String> all =
                new ArrayList<>(List.of("--data", directory.resolve(name).toString()));
        all.addAll(List.of(arguments));
        int ended = new CommandLine(new DeviceCommand())
                .setOut(new PrintWriter(printed))
                .setErr(new PrintWriter(printed))
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    line.getErr().println(failure.getMessage());
                    return 1;
                })
                .execute(all.toArray(String[]::new));
        assertThat(ended).as(printed.toString()).isEqualTo(status);
        return printed.toString();
    }

    /** What of the known values is in any file, or its name. */
    private Set<String> found(String name) throws IOException {
        Map<String, String> searched = new TreeMap<>(Map.of(
                "text", "zebrafinch",
                "rejected text", "bittern",
                "element", "wagtail",
                "attachment", "nightjar",
                "attachment's name", "photo.txt",
                "number in JSON", Long.toString(NUMBER),
                "number", latin(ByteBuffer.allocate(Long.BYTES).putLong(NUMBER).array()),
                "name in an index", latin(IndexKeys.of(Value.of("zebrafinch"))).substring(0, 11),
                "size in an index", latin(IndexKeys.of(Value.of(NUMBER)))));
        searched.put("field", "tags");
        searched.put("message", "Too large");
        Set<String> found = new TreeSet<>();
        contents(name)
                .forEach((file, content) -> searched.forEach((what, bytes) -> {
                    if (content.contains(bytes) || file.toString().contains(bytes)) {
                        found.add(what);
                    }
                }));
        return found;
    }

    private Map<Path, String> contents(String name) throws IOException {
        Map<Path, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory.resolve(name))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(file, Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return contents;
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
