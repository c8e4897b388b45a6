package io.anabranch.bench.torture;

import io.anabranch.bench.cli.Anabranch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The commands as processes of their own, each with what it says in a file. Any thread. */
final class Commands implements AutoCloseable {

    /** No command may take longer, whatever the network does. */
    private static final int SECONDS_MAX = 240;

    private final Path directory;
    private final Set<Process> running = ConcurrentHashMap.newKeySet();

    Commands(Path directory) {
        this.directory = directory;
    }

    /** How a command ended. */
    record Ended(int status, Path out, Path errors) {

        boolean isDone() {
            return status == 0;
        }

        List<String> lines() throws IOException {
            return Files.readAllLines(out);
        }

        /** What it said last of errors. */
        String complaint() throws IOException {
            List<String> lines = Files.readAllLines(errors);
            return String.join(" / ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
        }
    }

    /** A command that runs. */
    record Running(Process process, Path out, Path errors) {

        /** Waits for its end. */
        Ended ended() throws IOException, InterruptedException {
            if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new IOException("a command did not end within " + SECONDS_MAX + " seconds: " + errors);
            }
            return new Ended(process.exitValue(), out, errors);
        }

        /** Waits for its end, but not for long: it is ended by force then. */
        Ended endedWithin(long millis) throws IOException, InterruptedException {
            if (!process.waitFor(millis, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
            return ended();
        }
    }

    Path data(String name) {
        return directory.resolve(name);
    }

    /** Starts a command. */
    Running start(String name, List<String> arguments) throws IOException {
        return start(name, List.of(), arguments);
    }

    /** Starts a command that can write no file larger than this, as on a disk that is full. */
    Running startConfined(String name, int kilobytes, List<String> arguments) throws IOException {
        return start(name, List.of("bash", "-c", "ulimit -f " + kilobytes + "; exec \"$@\"", "bash"), arguments);
    }

    private Running start(String name, List<String> before, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(before);
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"));
        String libraries = System.getProperty("java.library.path");
        if (libraries != null) {
            command.add("-Djava.library.path=" + libraries);
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Anabranch.class.getName()));
        command.addAll(arguments);
        Path out = Files.createTempFile(directory, name + "-", ".out");
        Path errors = directory.resolve(name + ".errors");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
                .start();
        running.removeIf(earlier -> !earlier.isAlive());
        running.add(process);
        return new Running(process, out, errors);
    }

    @Override
    public void close() {
        running.forEach(Process::destroyForcibly);
    }
}
