package io.anabranch.bench.sync;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** One run: a relay, a device that makes the records, and one that is filled three times and then refreshed. */
final class RefreshBench implements AutoCloseable {

    private static final String SNAPSHOTS = "snapshots";
    private static final String DEVICE_HEAP = "-Xmx192m";

    private final Path directory;
    private final long records;
    private final ObjectNode report;
    private final Consumer<String> progress;
    private final RelayProcess relay;
    private final WorkerProcess author;
    private final WorkerProcess reader;

    RefreshBench(Path directory, long records, ObjectNode report, Consumer<String> progress) throws IOException {
        this.directory = directory;
        this.records = records;
        this.report = report;
        this.progress = progress;
        progress.accept("starting a relay and two devices");
        this.relay = new RelayProcess(directory.resolve("relay"));
        this.author = new WorkerProcess();
        this.reader = new WorkerProcess(DEVICE_HEAP);
    }

    void run() throws IOException {
        enrol(author, "author");
        progress.accept("making " + records + " records");
        author.run(WorkerProcess.task("import").put("records", records));
        progress.accept("uploading");
        author.run(WorkerProcess.task("sync"));
        author.close();
        report.put("relay_peak_memory_before_bytes", relay.peakMemoryBytes());
        progress.accept("first sync, with the making of the snapshot");
        fill("first", "reader-1");
        progress.accept("first sync of a device that finds the snapshot made");
        fill("second", "reader-2");
        JsonNode third = fill("third", "reader-3");
        report.put(
                "first_sync_records_per_second",
                report.get("third_records_per_second").asLong());
        report.put("bytes_down", third.get("bytes_down").asLong());
        report.put("device_disk_bytes", third.get("disk_bytes").asLong());
        progress.accept("refresh, while the device reads and writes");
        JsonNode refreshed = reader.run(WorkerProcess.task("refresh").put("records", records));
        require(refreshed.get("records_down").asLong() >= records, "the refresh is not complete");
        report.put("refresh_records_per_second", rate(refreshed.get("seconds")));
        for (String name : new String[] {
            "reads", "read_p99_millis", "read_max_millis", "writes", "write_p99_millis", "write_max_millis"
        }) {
            report.set("refresh_" + name, refreshed.get(name));
        }
        report.put(
                "device_peak_memory_bytes", refreshed.get("peak_memory_bytes").asLong());
        report.put("relay_peak_memory_bytes", relay.peakMemoryBytes());
        report.put(
                "relay_snapshots_disk_bytes",
                SyncBench.diskBytes(directory.resolve("relay").resolve(SNAPSHOTS)));
    }

    private JsonNode fill(String name, String device) throws IOException {
        enrol(reader, device);
        double relayBefore = relay.cpuSeconds();
        double readerBefore = reader.cpuSeconds();
        JsonNode down = reader.run(WorkerProcess.task("sync"));
        require(down.get("records_down").asLong() >= records, "the first sync is not complete");
        report.put(name + "_seconds", down.get("seconds").asDouble());
        report.put(name + "_records_per_second", rate(down.get("seconds")));
        report.put(name + "_relay_cpu_seconds", relay.cpuSeconds() - relayBefore);
        report.put(name + "_device_cpu_seconds", reader.cpuSeconds() - readerBefore);
        return down;
    }

    private void enrol(WorkerProcess device, String name) throws IOException {
        device.run(WorkerProcess.task("enrol")
                .put("data", directory.resolve(name).toString())
                .put("relay", relay.address().toString())
                .put("code", relay.enrolmentCode(name))
                .put("name", name));
    }

    private long rate(JsonNode seconds) {
        return Math.round(records / Math.max(1e-9, seconds.asDouble()));
    }

    /** The same bytes and the same records with nothing of ours: one after the other. */
    static void raw(Path directory, ObjectNode report) throws IOException {
        long records = report.get("records").asLong();
        try (WorkerProcess server = new WorkerProcess();
                WorkerProcess client = new WorkerProcess()) {
            String authority = directory.resolve("raw-authority").toString();
            int port = server.run(WorkerProcess.task("raw-serve").put("data", authority))
                    .get("port")
                    .asInt();
            ObjectNode fetch = WorkerProcess.task("raw-fetch")
                    .put("data", authority)
                    .put("port", port)
                    .put("bytes", report.get("relay_snapshots_disk_bytes").asLong());
            client.run(fetch.deepCopy());
            JsonNode fetched = client.run(fetch);
            ObjectNode ingest = WorkerProcess.task("raw-ingest")
                    .put(
                            "segments",
                            directory.resolve("relay").resolve(SNAPSHOTS).toString());
            client.run(ingest.deepCopy().put("data", directory.resolve("raw-1").toString()));
            JsonNode ingested =
                    client.run(ingest.put("data", directory.resolve("raw-2").toString()));
            require(ingested.get("records").asLong() >= records, "the raw store is not complete");
            double seconds =
                    fetched.get("seconds").asDouble() + ingested.get("seconds").asDouble();
            report.put("raw_stream_seconds", fetched.get("seconds").asDouble());
            report.put("raw_ingest_seconds", ingested.get("seconds").asDouble());
            report.put("raw_records_per_second", Math.round(records / seconds));
            report.put(
                    "share_of_raw",
                    Math.round(100 * report.get("first_sync_records_per_second").asLong() * seconds / records) / 100.0);
        }
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalStateException(message);
        }
    }

    @Override
    public void close() {
        author.close();
        reader.close();
        relay.close();
    }
}
