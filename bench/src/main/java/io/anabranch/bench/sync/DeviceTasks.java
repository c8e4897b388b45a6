package io.anabranch.bench.sync;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.crdt.Value;
import io.anabranch.replica.LiveConnection;
import io.anabranch.replica.RecordEvent;
import io.anabranch.replica.Replica;
import io.anabranch.replica.ReplicaStatus;
import io.anabranch.replica.SyncReport;
import io.anabranch.replica.SyncWay;
import io.anabranch.replica.grpc.RelayAddress;
import io.anabranch.replica.identity.EnrolmentCode;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import org.HdrHistogram.ConcurrentHistogram;
import org.jspecify.annotations.Nullable;

/** The tasks of a device. */
final class DeviceTasks implements AutoCloseable {

    private static final int WAITING_MAX = 2_000;
    private static final String PROBE = "probe";
    private static final long PACE_NANOS = 5_000_000;

    private final ConcurrentHistogram latencyMicros = new ConcurrentHistogram(60_000_000, 3);
    private final AtomicLong arrived = new AtomicLong();
    private final AtomicLong lastArrivedNanos = new AtomicLong();
    private @Nullable Replica replica;
    private @Nullable LiveConnection live;

    Worker.@Nullable Task task(String name) {
        return switch (name) {
            case "enrol" -> this::enrol;
            case "import" -> this::importRecords;
            case "sync" -> this::sync;
            case "work" ->
                (request, reply) ->
                        RefreshTasks.idle(replica(), request.path("records").asLong(), reply);
            case "sync-working" ->
                (request, reply) -> RefreshTasks.sync(
                        replica(),
                        SyncWay.valueOf(request.path("way").asText()),
                        request.path("records").asLong(),
                        reply);
            case "edit" -> this::edit;
            case "live" -> this::live;
            case "listen" -> this::listen;
            case "probe" -> this::probe;
            case "sustain" -> this::sustain;
            case "heard" -> this::heard;
            case "forget" -> this::forget;
            default -> null;
        };
    }

    @Override
    public void close() {
        if (live != null) {
            live.close();
            live = null;
        }
        if (replica != null) {
            replica.close();
            replica = null;
        }
    }

    private void enrol(JsonNode request, ObjectNode reply) {
        close();
        replica = Replica.open(Path.of(request.path("data").asText()));
        replica.enrol(
                RelayAddress.parse(request.path("relay").asText()),
                EnrolmentCode.parse(request.path("code").asText()),
                request.path("name").asText());
    }

    private void importRecords(JsonNode request, ObjectNode reply) {
        long count = request.path("records").asLong();
        long start = System.nanoTime();
        long first = request.path("first").asLong();
        commitMany(count, number -> replica().commitAsync(tx -> SampleRecords.write(tx, first + number)));
        reply.put("seconds", seconds(start));
    }

    private void sync(JsonNode request, ObjectNode reply) throws Exception {
        AtomicLong judgedNanos = new AtomicLong();
        long start = System.nanoTime();
        CompletableFuture<SyncReport> running =
                replica().startSync(SyncWay.INCREMENTAL, status -> judged(status, judgedNanos));
        SyncReport report = running.get();
        reply.put("seconds", seconds(start));
        reply.put("judged_seconds", judgedNanos.get() == 0 ? 0 : (judgedNanos.get() - start) / 1e9);
        reply.put("commits_up", report.commitsUp()).put("records_down", report.recordsDown());
        reply.put("bytes_up", report.bytesUp()).put("bytes_down", report.bytesDown());
        reply.put("pending", report.pending()).put("errors", report.errors());
        reply.put("disk_bytes", replica().statistics().diskBytes());
    }

    private static void judged(ReplicaStatus status, AtomicLong judgedNanos) {
        if (status.unjudged() == 0) {
            judgedNanos.compareAndSet(0, System.nanoTime());
        }
    }

    private void edit(JsonNode request, ObjectNode reply) {
        long count = request.path("edits").asLong();
        commitMany(
                count,
                number -> replica()
                        .commitAsync(tx -> tx.record(SampleRecords.TYPE, SampleRecords.id(number * 7))
                                .set("phone", "555-" + (10_000 + number))));
    }

    private void live(JsonNode request, ObjectNode reply) {
        live = replica().live();
        await(() -> replica().status().phase() == ReplicaStatus.Phase.LIVE);
    }

    private void listen(JsonNode request, ObjectNode reply) {
        replica().watch(PROBE, "", this::arrived);
    }

    private void arrived(RecordEvent event) {
        long now = System.nanoTime();
        lastArrivedNanos.set(now);
        event.record().value("sent").ifPresent(sent -> {
            // Both processes read the same monotonic clock of the machine.
            long micros = Math.max(0, (now - ((Value.Whole) sent).number()) / 1_000);
            latencyMicros.recordValue(Math.min(micros, 60_000_000));
        });
        event.record()
                .value("number")
                .ifPresent(number -> arrived.accumulateAndGet(((Value.Whole) number).number(), Math::max));
    }

    /** One edit after another, each some milliseconds after the one before. */
    private void probe(JsonNode request, ObjectNode reply) {
        long count = request.path("edits").asLong();
        for (long i = 1; i <= count; i++) {
            long number = i;
            replica()
                    .commit(tx -> tx.record(PROBE, "p" + number % 100)
                            .set("number", number)
                            .set("sent", System.nanoTime()));
            LockSupport.parkNanos(PACE_NANOS);
        }
    }

    /** As many edits as the device can make. */
    private void sustain(JsonNode request, ObjectNode reply) {
        long first = request.path("first").asLong();
        long count = request.path("edits").asLong();
        reply.put("start_nanos", System.nanoTime());
        commitMany(
                count,
                number -> replica()
                        .commitAsync(
                                tx -> tx.record(PROBE, "s" + number % 1_000).set("number", first + number)));
        reply.put("made_nanos", System.nanoTime());
    }

    private void forget(JsonNode request, ObjectNode reply) {
        latencyMicros.reset();
        arrived.set(0);
    }

    /** Waits for an edit, and tells how long those before took. */
    private void heard(JsonNode request, ObjectNode reply) {
        long number = request.path("number").asLong();
        await(() -> arrived.get() >= number);
        reply.put("at_nanos", lastArrivedNanos.get());
        reply.put("p50_millis", latencyMicros.getValueAtPercentile(50) / 1e3);
        reply.put("p99_millis", latencyMicros.getValueAtPercentile(99) / 1e3);
        reply.put("count", latencyMicros.getTotalCount());
    }

    private static void commitMany(long count, LongFunction<CompletableFuture<Long>> commit) {
        Deque<CompletableFuture<Long>> waiting = new ArrayDeque<>();
        for (long i = 0; i < count; i++) {
            waiting.add(commit.apply(i));
            if (waiting.size() > WAITING_MAX) {
                waiting.remove().join();
            }
        }
        waiting.forEach(CompletableFuture::join);
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("waited for too long");
            }
            LockSupport.parkNanos(200_000);
        }
    }

    private Replica replica() {
        Replica opened = replica;
        if (opened == null) {
            throw new IllegalStateException("the device is not open");
        }
        return opened;
    }

    private static double seconds(long startNanos) {
        return (System.nanoTime() - startNanos) / 1e9;
    }
}
