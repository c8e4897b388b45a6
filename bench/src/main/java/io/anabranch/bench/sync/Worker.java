package io.anabranch.bench.sync;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** A process that does tasks: a JSON object a line in, one a line out. Ends when its input does. */
final class Worker {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Worker() {}

    /** Does a task. */
    interface Task {
        void run(JsonNode request, ObjectNode reply) throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream out = System.out;
        // What libraries print must not come between the replies.
        System.setOut(System.err);
        try (DeviceTasks device = new DeviceTasks();
                RawTasks raw = new RawTasks();
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                out.println(reply(JSON.readTree(line), device, raw));
                out.flush();
            }
        }
    }

    private static ObjectNode reply(JsonNode request, DeviceTasks device, RawTasks raw) throws IOException {
        ObjectNode reply = JSON.createObjectNode();
        String name = request.path("task").asText();
        try {
            Task task = device.task(name);
            if (task == null) {
                task = raw.task(name);
            }
            if (task == null) {
                throw new IllegalArgumentException("no such task: " + name);
            }
            task.run(request, reply);
            reply.put(
                    "peak_memory_bytes",
                    ProcessMemory.peakBytes(ProcessHandle.current().pid()));
        } catch (Exception e) {
            reply.put("error", e.toString());
        }
        return reply;
    }
}
