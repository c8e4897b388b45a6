package io.anabranch.bench.sync;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** One run: a relay and two devices, then the raw limits. */
final class SyncBench implements AutoCloseable {

    private static final int EDITS_DOWN = 1_000;
    private static final int PROBES = 500;
    private static final int WARM_UP_PROBES = 1_500;
    private static final int SUSTAINED = 30_000;
    private static final long WARM_UP_FIRST = 50_000_000;
    private static final int RECORD_SIZE = 600;
    private static final int RECORDS_PER_SYNC = 400;

    /**
     * How much is measured.
     *
     * @param warmUpRecords made, sent and brought before anything is measured
     */
    record Amount(long records, long warmUpRecords) {}

    private final Path directory;
    private final long records;
    private final long warmUpRecords;
    private final ObjectNode report;
    private final Consumer<String> progress;
    private final RelayProcess relay;
    private final WorkerProcess author;
    private final WorkerProcess reader;

    SyncBench(Path directory, Amount amount, ObjectNode report, Consumer<String> progress) throws IOException {
        this.directory = directory;
        this.records = amount.records;
        this.warmUpRecords = amount.warmUpRecords;
        this.report = report;
        this.progress = progress;
        progress.accept("starting a relay and two devices");
        this.relay = new RelayProcess(directory.resolve("relay"));
        this.author = device("author");
        this.reader = device("reader");
    }

    void run() throws IOException {
        warmUp();
        upload();
        firstDownload();
        edits();
        nothing();
        latency();
        sustained();
        report.put("relay_peak_memory_bytes", relay.peakMemoryBytes());
        report.put("relay_disk_bytes", diskBytes(directory.resolve("relay")));
    }

    @Override
    public void close() {
        author.close();
        reader.close();
        relay.close();
    }

    private WorkerProcess device(String name) throws IOException {
        WorkerProcess device = new WorkerProcess();
        enrol(device, name);
        return device;
    }

    private void enrol(WorkerProcess device, String name) throws IOException {
        device.run(WorkerProcess.task("enrol")
                .put("data", directory.resolve(name).toString())
                .put("relay", relay.address().toString())
                .put("code", relay.enrolmentCode(name))
                .put("name", name));
    }

    /**
     * Work like that which is measured, until the compilers of the virtual machines are mostly done with it. The reader's device then makes room
     * for an empty one.
     */
    private void warmUp() throws IOException {
        report.put("warm_up_records", warmUpRecords);
        if (warmUpRecords == 0) {
            return;
        }
        progress.accept("warming up");
        author.run(WorkerProcess.task("import").put("first", WARM_UP_FIRST).put("records", warmUpRecords));
        author.run(WorkerProcess.task("sync"));
        reader.run(WorkerProcess.task("sync"));
        enrol(reader, "reader-2");
    }

    private void upload() throws IOException {
        progress.accept("making " + records + " records");
        JsonNode made = author.run(WorkerProcess.task("import").put("records", records));
        report.put("local_commits_per_second", rate(records, made.get("seconds")));
        progress.accept("uploading");
        double relayBefore = relay.cpuSeconds();
        double authorBefore = author.cpuSeconds();
        JsonNode up = author.run(WorkerProcess.task("sync"));
        report.put("upload_records_per_second", rate(records, up.get("judged_seconds")));
        report.put("upload_confirmed_records_per_second", rate(records, up.get("seconds")));
        report.put("upload_relay_cpu_seconds", relay.cpuSeconds() - relayBefore);
        report.put("upload_device_cpu_seconds", author.cpuSeconds() - authorBefore);
        report.put("upload_bytes_up", up.get("bytes_up").asLong());
        report.put("upload_bytes_down", up.get("bytes_down").asLong());
        report.put("author_disk_bytes", up.get("disk_bytes").asLong());
        report.put("author_peak_memory_bytes", up.get("peak_memory_bytes").asLong());
        require(up.get("pending").asLong() == 0 && up.get("errors").asLong() == 0, "the upload is not complete");
    }

    private void firstDownload() throws IOException {
        progress.accept("first download");
        // The user's own record is among them.
        JsonNode down = reader.run(WorkerProcess.task("sync"));
        require(down.get("records_down").asLong() >= records + warmUpRecords, "the download is not complete");
        report.put("download_records_per_second", rate(records + warmUpRecords, down.get("seconds")));
        report.put("download_bytes_down", down.get("bytes_down").asLong());
        report.put("reader_disk_bytes", down.get("disk_bytes").asLong());
        report.put("reader_peak_memory_bytes", down.get("peak_memory_bytes").asLong());
    }

    private void edits() throws IOException {
        progress.accept("edits");
        author.run(WorkerProcess.task("edit").put("edits", EDITS_DOWN));
        author.run(WorkerProcess.task("sync"));
        JsonNode down = reader.run(WorkerProcess.task("sync"));
        require(down.get("records_down").asLong() == EDITS_DOWN, "the edits did not come down");
        report.put("edits_down", EDITS_DOWN)
                .put("edits_bytes_down", down.get("bytes_down").asLong());
        report.put("edits_bytes_up", down.get("bytes_up").asLong());
        report.put("edits_millis", down.get("seconds").asDouble() * 1e3);
    }

    private void nothing() throws IOException {
        reader.run(WorkerProcess.task("sync"));
        JsonNode nothing = reader.run(WorkerProcess.task("sync"));
        report.put(
                "nothing_bytes",
                nothing.get("bytes_up").asLong() + nothing.get("bytes_down").asLong());
        report.put("nothing_millis", nothing.get("seconds").asDouble() * 1e3);
        // One: the hello goes up, the welcome and an empty page come down.
        report.put("nothing_round_trips", 1);
    }

    private void latency() throws IOException {
        progress.accept("latency");
        author.run(WorkerProcess.task("live"));
        reader.run(WorkerProcess.task("live"));
        reader.run(WorkerProcess.task("listen"));
        author.run(WorkerProcess.task("probe").put("edits", WARM_UP_PROBES));
        reader.run(WorkerProcess.task("heard").put("number", WARM_UP_PROBES));
        reader.run(WorkerProcess.task("forget"));
        author.run(WorkerProcess.task("probe").put("edits", PROBES));
        JsonNode heard = reader.run(WorkerProcess.task("heard").put("number", PROBES));
        report.put("latency_p50_millis", heard.get("p50_millis").asDouble());
        report.put("latency_p99_millis", heard.get("p99_millis").asDouble());
        report.put("latency_samples", heard.get("count").asLong());
    }

    private void sustained() throws IOException {
        progress.accept("sustained edits");
        sustained(WARM_UP_PROBES + PROBES, SUSTAINED / 3);
        report.put("sustained_edits_per_second", sustained(1_000_000, SUSTAINED));
    }

    private long sustained(long first, long edits) throws IOException {
        JsonNode made =
                author.run(WorkerProcess.task("sustain").put("first", first).put("edits", edits));
        JsonNode heard = reader.run(WorkerProcess.task("heard").put("number", first + edits - 1));
        return edits
                * 1_000_000_000L
                / (heard.get("at_nanos").asLong() - made.get("start_nanos").asLong());
    }

    /** The same bytes and the same records with nothing of ours, in processes of their own. */
    static void raw(Path directory, Amount amount, ObjectNode report) throws IOException {
        long records = amount.records;
        long warmUpRecords = amount.warmUpRecords;
        try (WorkerProcess server = new WorkerProcess();
                WorkerProcess client = new WorkerProcess()) {
            String authority = directory.resolve("raw-authority").toString();
            int port = server.run(WorkerProcess.task("raw-serve").put("data", authority))
                    .get("port")
                    .asInt();
            ObjectNode fetch =
                    WorkerProcess.task("raw-fetch").put("data", authority).put("port", port);
            client.run(fetch.deepCopy().put("bytes", Math.max(1 << 20, warmUpRecords * RECORD_SIZE)));
            JsonNode fetched = client.run(fetch.put("bytes", records * RECORD_SIZE));
            report.put("raw_grpc_records_per_second", rate(records, fetched.get("seconds")));
            JsonNode written = client.run(WorkerProcess.task("raw-write")
                    .put("data", directory.resolve("raw-store").toString())
                    .put("records", records)
                    .put("record_bytes", RECORD_SIZE)
                    .put("records_per_sync", RECORDS_PER_SYNC));
            report.put("raw_rocksdb_records_per_second", rate(records, written.get("seconds")));
        }
    }

    private static long rate(long count, JsonNode seconds) {
        return Math.round(count / Math.max(1e-9, seconds.asDouble()));
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalStateException(message);
        }
    }

    static long diskBytes(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).mapToLong(SyncBench::size).sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            // RocksDB removes files while we look.
            return 0;
        }
    }
}
