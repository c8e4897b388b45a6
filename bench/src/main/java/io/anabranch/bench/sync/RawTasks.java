package io.anabranch.bench.sync;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.replica.grpc.RelayAddress;
import io.anabranch.replica.refresh.SegmentReader;
import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.Family;
import io.anabranch.replica.storage.PartWriter;
import io.anabranch.replica.storage.RocksDbOptions;
import io.anabranch.replica.storage.RocksDbStorage;
import io.anabranch.replica.storage.WriteBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The tasks of the raw limits: the same bytes over bare gRPC, the same records into bare RocksDB. */
final class RawTasks implements AutoCloseable {

    private static final Family FAMILY = new Family("raw");

    private @Nullable RawStream server;

    Worker.@Nullable Task task(String name) {
        return switch (name) {
            case "raw-serve" -> this::serve;
            case "raw-fetch" -> this::fetch;
            case "raw-write" -> RawTasks::write;
            case "raw-ingest" -> RawTasks::ingest;
            default -> null;
        };
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }

    private void serve(JsonNode request, ObjectNode reply) throws IOException {
        server = RawStream.serve(Path.of(request.path("data").asText()));
        reply.put("port", server.port());
    }

    private void fetch(JsonNode request, ObjectNode reply) throws InterruptedException {
        RelayAddress address =
                new RelayAddress("127.0.0.1", request.path("port").asInt());
        long start = System.nanoTime();
        long bytes = RawStream.fetch(
                address,
                Path.of(request.path("data").asText()),
                request.path("bytes").asLong());
        reply.put("seconds", (System.nanoTime() - start) / 1e9);
        reply.put("bytes", bytes);
    }

    /** Keys in random order, batches as large as those that are synced, a sync each. */
    private static void write(JsonNode request, ObjectNode reply) {
        long records = request.path("records").asLong();
        int size = request.path("record_bytes").asInt();
        int perSync = request.path("records_per_sync").asInt();
        byte[][] values = values(size);
        try (RocksDbStorage storage =
                RocksDbStorage.open(Path.of(request.path("data").asText()), List.of(FAMILY), RocksDbOptions.large())) {
            long start = System.nanoTime();
            WriteBatch batch = new WriteBatch();
            for (long i = 0; i < records; i++) {
                byte[] key =
                        ByteBuffer.allocate(16).putLong(mixed(i)).putLong(i).array();
                batch.put(FAMILY, key, values[(int) (i % values.length)]);
                if (batch.count() == perSync || i == records - 1) {
                    storage.write(batch, Durability.SYNC);
                    batch.clear();
                }
            }
            reply.put("seconds", (System.nanoTime() - start) / 1e9);
        }
    }

    /** The records of segments, each read before the clock runs, into sorted files, and these into the store. */
    private static void ingest(JsonNode request, ObjectNode reply) throws IOException {
        long nanos = 0;
        long records = 0;
        List<String> parts = new ArrayList<>();
        try (RocksDbStorage storage = RocksDbStorage.open(
                        Path.of(request.path("data").asText()), List.of(FAMILY), RocksDbOptions.defaults());
                Stream<Path> files = Files.list(Path.of(request.path("segments").asText()))) {
            for (Path file : files.toList()) {
                List<byte[]> keys = new ArrayList<>();
                List<byte[]> values = new ArrayList<>();
                SegmentReader.readUnchecked(Files.readAllBytes(file), (key, value) -> {
                    keys.add(key);
                    values.add(value);
                });
                records += keys.size();
                long start = System.nanoTime();
                try (PartWriter part = storage.writePart("part-" + parts.size())) {
                    for (int i = 0; i < keys.size(); i++) {
                        part.put(keys.get(i), values.get(i));
                    }
                    part.finish();
                }
                parts.add("part-" + parts.size());
                nanos += System.nanoTime() - start;
            }
            long start = System.nanoTime();
            storage.ingest(FAMILY, parts);
            nanos += System.nanoTime() - start;
        }
        reply.put("records", records);
        reply.put("seconds", nanos / 1e9);
    }

    private static byte[][] values(int size) {
        SplittableRandom random = new SplittableRandom(1);
        byte[][] values = new byte[1_000][];
        for (int i = 0; i < values.length; i++) {
            values[i] = new byte[size];
            random.nextBytes(values[i]);
        }
        return values;
    }

    private static long mixed(long i) {
        return new SplittableRandom(i).nextLong();
    }
}
