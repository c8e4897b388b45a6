package io.anabranch.bench.sync;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link Worker} in a process of its own, seen from the one that starts it. */
final class WorkerProcess implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final BufferedWriter requests;
    private final BufferedReader replies;

    WorkerProcess() throws IOException {
        this("-Xmx512m");
    }

    /** With so much heap. */
    WorkerProcess(String heap) throws IOException {
        this.process = java(List.of(heap, "-XX:+UseParallelGC"), Worker.class.getName(), List.of());
        this.requests = process.outputWriter();
        this.replies = process.inputReader();
    }

    /** Starts a class of this program with the same class path. */
    static Process java(List<String> options, String mainClass, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(options);
        String libraries = System.getProperty("java.library.path");
        if (libraries != null) {
            command.add("-Djava.library.path=" + libraries);
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        // As the launcher has it.
        builder.environment().putIfAbsent("MALLOC_ARENA_MAX", "2");
        Process started = builder.start();
        // A run that is interrupted leaves no process behind.
        Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
        return started;
    }

    static ObjectNode task(String name) {
        return JSON.createObjectNode().put("task", name);
    }

    /** Does a task and waits for it. */
    JsonNode run(ObjectNode task) throws IOException {
        send(task);
        return reply();
    }

    double cpuSeconds() {
        return ProcessMemory.cpuSeconds(process.pid());
    }

    /** Starts a task. */
    void send(ObjectNode task) throws IOException {
        requests.write(task + "\n");
        requests.flush();
    }

    /** Waits for the next reply. */
    JsonNode reply() throws IOException {
        String line = replies.readLine();
        if (line == null) {
            throw new IOException("a worker has died");
        }
        JsonNode reply = JSON.readTree(line);
        if (reply.has("error")) {
            throw new IOException("a worker failed: " + reply.get("error").asText());
        }
        return reply;
    }

    @Override
    public void close() {
        stop(process);
    }

    static void stop(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
