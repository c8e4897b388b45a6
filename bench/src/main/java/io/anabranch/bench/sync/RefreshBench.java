package io.anabranch.bench.sync;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.replica.SyncWay;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** One run: a relay, a device that makes the records, and one that is filled three times and then refreshed. */
final class RefreshBench implements AutoCloseable {

    private static final String SNAPSHOTS = "snapshots";
    private static final long PORTION = 100_000;
    private static final String DEVICE_HEAP = "-Xmx128m";

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
        make();
        author.close();
        report.put("relay_peak_memory_before_bytes", relay.peakMemoryBytes());
        progress.accept("first sync, with the making of the snapshot");
        fill("first", "reader-1", WorkerProcess.task("sync"));
        progress.accept("first sync of a device that finds the snapshot made");
        fill("second", "reader-2", WorkerProcess.task("sync"));
        progress.accept("reads and writes with nothing else going on");
        tellWork("idle_", reader.run(WorkerProcess.task("work").put("records", records)));
        progress.accept("first sync, while the device reads and writes");
        JsonNode third = fill("third", "reader-3", working(SyncWay.INCREMENTAL));
        report.put(
                "first_sync_records_per_second",
                report.get("third_records_per_second").asLong());
        tellWork("first_sync_", third);
        report.put("bytes_down", third.get("bytes_down").asLong());
        report.put("device_disk_bytes", third.get("disk_bytes").asLong());
        progress.accept("refresh, while the device reads and writes");
        JsonNode refreshed = reader.run(working(SyncWay.REFRESH));
        require(refreshed.get("records_down").asLong() >= records, "the refresh is not complete");
        report.put("refresh_records_per_second", rate(refreshed.get("seconds")));
        tellWork("refresh_", refreshed);
        report.put(
                "device_peak_memory_bytes", refreshed.get("peak_memory_bytes").asLong());
        report.put("relay_peak_memory_bytes", relay.peakMemoryBytes());
        report.put(
                "relay_snapshots_disk_bytes",
                SyncBench.diskBytes(directory.resolve("relay").resolve(SNAPSHOTS)));
    }

    private ObjectNode working(SyncWay way) {
        return WorkerProcess.task("sync-working").put("way", way.name()).put("records", records);
    }

    private void tellWork(String prefix, JsonNode work) {
        for (String name : new String[] {
            "reads", "read_p99_millis", "read_max_millis", "writes", "write_p99_millis", "write_max_millis"
        }) {
            report.set(prefix + name, work.get(name));
        }
    }

    /** In portions: what is pending takes memory. */
    private void make() throws IOException {
        for (long first = 0; first < records; first += PORTION) {
            progress.accept("making and uploading records from " + first + " on, of " + records);
            author.run(WorkerProcess.task("import")
                    .put("first", first)
                    .put("records", Math.min(PORTION, records - first)));
            author.run(WorkerProcess.task("sync"));
        }
    }

    private JsonNode fill(String name, String device, ObjectNode task) throws IOException {
        enrol(reader, device);
        double relayBefore = relay.cpuSeconds();
        double readerBefore = reader.cpuSeconds();
        JsonNode down = reader.run(task);
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
