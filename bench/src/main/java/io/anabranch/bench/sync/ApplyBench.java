package io.anabranch.bench.sync;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.relay.server.RelayServer;
import io.anabranch.relay.server.RelayServerOptions;
import io.anabranch.replica.Replica;
import io.anabranch.replica.SyncWay;
import io.anabranch.replica.Transaction;
import io.anabranch.replica.grpc.RelayAddress;
import io.anabranch.replica.identity.EnrolmentCode;
import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.Family;
import io.anabranch.replica.storage.RocksDbOptions;
import io.anabranch.replica.storage.RocksDbStorage;
import io.anabranch.replica.storage.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;

/** A relay and two devices in this process: one writes, the other stages and applies. */
final class ApplyBench implements AutoCloseable {

    private static final int SAVES_AT_ONCE = 1_000;

    private final Path directory;
    private final int records;
    private final ObjectNode report;
    private final RelayServer relay;
    private final Replica writer;
    private final Replica reader;

    ApplyBench(Path directory, int records, ObjectNode report) {
        this.directory = directory;
        this.records = records;
        this.report = report;
        this.relay = RelayServer.start(RelayServerOptions.in(directory.resolve("relay")));
        this.writer = enrolled("writer");
        this.reader = enrolled("reader");
    }

    void run(Consumer<String> progress) {
        progress.accept("new records");
        save((tx, number) -> SampleRecords.write(tx, number));
        measure("new");
        progress.accept("edits of them");
        save((tx, number) -> tx.record(SampleRecords.TYPE, SampleRecords.id(number))
                .set("phone", "555-" + (10_000 + number))
                .set("last_visit", "2026-04-01"));
        measure("edited");
        progress.accept("edits again");
        save((tx, number) ->
                tx.record(SampleRecords.TYPE, SampleRecords.id(number)).set("remarks", "seen"));
        measure("again");
        progress.accept("raw");
        raw();
    }

    private void save(ObjLongConsumer<Transaction> change) {
        List<CompletableFuture<Long>> saves = new ArrayList<>();
        for (long i = 0; i < records; i++) {
            long number = i;
            saves.add(writer.commitAsync(tx -> change.accept(tx, number)));
            if (saves.size() == SAVES_AT_ONCE) {
                saves.forEach(CompletableFuture::join);
                saves.clear();
            }
        }
        saves.forEach(CompletableFuture::join);
        writer.sync(SyncWay.INCREMENTAL);
    }

    private void measure(String name) {
        long start = System.nanoTime();
        reader.sync(SyncWay.NON_BLOCKING);
        report.put(name + "_staging_seconds", seconds(start));
        report.put(name + "_staged_bytes", reader.status().waiting().size());
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong longestNanos = new AtomicLong();
        Thread reading = new Thread(() -> {
            for (long i = 0; !over.get(); i++) {
                long began = System.nanoTime();
                reader.get(SampleRecords.TYPE, SampleRecords.id(i % records));
                longestNanos.accumulateAndGet(System.nanoTime() - began, Math::max);
            }
        });
        reading.start();
        start = System.nanoTime();
        long applied = reader.apply();
        report.put(name + "_apply_seconds", seconds(start));
        over.set(true);
        join(reading);
        report.put(name + "_applied", applied);
        report.put(name + "_longest_read_ms", longestNanos.get() / 1e6);
    }

    /** What RocksDB itself takes for as many records of about that size. */
    private void raw() {
        Family family = new Family("raw");
        WriteBatch batch = new WriteBatch();
        byte[] value = new byte[600];
        for (int i = 0; i < value.length; i++) {
            value[i] = (byte) (i * 31);
        }
        for (long i = 0; i < records; i++) {
            batch.put(family, SampleRecords.id(i).getBytes(StandardCharsets.US_ASCII), value);
        }
        try (RocksDbStorage storage =
                RocksDbStorage.open(directory.resolve("raw"), List.of(family), RocksDbOptions.defaults())) {
            long start = System.nanoTime();
            storage.write(batch, Durability.BUFFERED);
            report.put("raw_batch_seconds", seconds(start));
        }
    }

    private Replica enrolled(String name) {
        Replica replica = Replica.open(directory.resolve(name));
        String code = relay.administration().createEnrolmentCode(name).getCode();
        replica.enrol(RelayAddress.parse("127.0.0.1:" + relay.port()), EnrolmentCode.parse(code), name);
        return replica;
    }

    private static double seconds(long startNanos) {
        return Math.round((System.nanoTime() - startNanos) / 1e6) / 1e3;
    }

    private static void join(Thread thread) {
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        writer.close();
        reader.close();
        relay.close();
    }
}
