package io.anabranch.bench.sync;

import io.anabranch.bench.cli.Anabranch;
import io.anabranch.replica.grpc.RelayAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** {@code anabranch relay serve} in a process of its own. */
final class RelayProcess implements AutoCloseable {

    private final Process process;
    private final RelayAddress address;
    private final Path data;

    RelayProcess(Path data) throws IOException {
        this.data = data;
        this.process = WorkerProcess.java(
                List.of("-Xmx512m", "-XX:+UseParallelGC"),
                Anabranch.class.getName(),
                List.of("relay", "serve", "--data", data.toString(), "--port", "0"));
        BufferedReader out = process.inputReader();
        String line = out.readLine();
        while (line != null && !line.startsWith("listening on ")) {
            line = out.readLine();
        }
        if (line == null) {
            throw new IOException("the relay did not start");
        }
        this.address = RelayAddress.parse(line.substring("listening on ".length()));
    }

    RelayAddress address() {
        return address;
    }

    String enrolmentCode(String user) throws IOException {
        Process command = WorkerProcess.java(
                List.of(), Anabranch.class.getName(), List.of("relay", "enrol-code", user, "--data", data.toString()));
        try (BufferedReader out = command.inputReader()) {
            String code = out.readLine();
            if (code == null) {
                throw new IOException("the relay gave no code");
            }
            return code;
        } finally {
            WorkerProcess.stop(command);
        }
    }

    long peakMemoryBytes() {
        return ProcessMemory.peakBytes(process.pid());
    }

    @Override
    public void close() {
        WorkerProcess.stop(process);
    }
}
