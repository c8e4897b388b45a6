package io.anabranch.bench.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.bench.cli.Anabranch;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Commands as processes of their own, with their data in one directory; a relay and devices by name. */
final class CommandProcesses implements AutoCloseable {

    private final Path directory;
    private final List<Process> started = new ArrayList<>();
    private final List<Serving> relays = new ArrayList<>();

    CommandProcesses(Path directory) {
        this.directory = directory;
    }

    /** A running relay. */
    record Serving(Process relay, String address) {}

    Serving last() {
        return relays.get(relays.size() - 1);
    }

    Serving serve(int port) throws IOException {
        Process relay = run("relay", "serve", "--data", data("relay"), "--port", Integer.toString(port));
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

    void enrol(String device, String address) throws Exception {
        Process codes = run("relay", "enrol-code", device, "--data", data("relay"));
        String code = codes.inputReader().readLine();
        assertThat(finished(codes)).isZero();
        assertThat(finished(device(device, "enrol", "--relay", address, "--code", code)))
                .isZero();
    }

    /** What a command of a device prints. */
    List<String> printed(String device, String... arguments) throws Exception {
        Path out = directory.resolve(device + ".out");
        List<String> all = new ArrayList<>(List.of("device", "--data", data(device)));
        all.addAll(List.of(arguments));
        assertThat(finished(start(all, out))).isZero();
        return Files.readAllLines(out);
    }

    /** What all of them have said of errors. */
    String errors() throws IOException {
        return Files.readString(directory.resolve("errors.log"));
    }

    static int finished(Process process) throws InterruptedException {
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    Process device(String name, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("device", "--data", data(name)));
        all.addAll(List.of(arguments));
        return run(all.toArray(String[]::new));
    }

    Process run(String... arguments) throws IOException {
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

    private String data(String name) {
        return directory.resolve(name).toString();
    }

    @Override
    public void close() {
        started.forEach(Process::destroyForcibly);
    }
}
