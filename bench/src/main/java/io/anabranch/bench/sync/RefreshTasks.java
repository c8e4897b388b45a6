package io.anabranch.bench.sync;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.replica.Replica;
import io.anabranch.replica.SyncReport;
import io.anabranch.replica.SyncWay;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.HdrHistogram.Histogram;

/** A refresh while a person works: reads one after the other, and now and then a save. */
final class RefreshTasks {

    private static final long READ_PAUSE_NANOS = 1_000_000;
    private static final long WRITE_PAUSE_NANOS = 20_000_000;

    private RefreshTasks() {}

    static void refresh(Replica replica, long records, ObjectNode reply) throws Exception {
        long start = System.nanoTime();
        CompletableFuture<SyncReport> running = replica.startSync(SyncWay.REFRESH, status -> {});
        Work reads = new Work(
                READ_PAUSE_NANOS,
                running,
                number -> replica.get(
                        SampleRecords.TYPE, SampleRecords.id(new SplittableRandom(number).nextLong(records))));
        Work writes = new Work(
                WRITE_PAUSE_NANOS,
                running,
                number -> replica.commit(tx -> tx.record("visit", "v" + number).set("number", number)));
        reads.start();
        writes.start();
        SyncReport report = running.get();
        reply.put("seconds", (System.nanoTime() - start) / 1e9);
        reply.put("records_down", report.recordsDown());
        reads.tell("read", reply);
        writes.tell("write", reply);
    }

    /** Something done again and again until the refresh is over. */
    private static final class Work extends Thread {

        private final Histogram micros = new Histogram(60_000_000, 3);
        private final long pauseNanos;
        private final CompletableFuture<?> until;
        private final LongConsumer action;

        Work(long pauseNanos, CompletableFuture<?> until, LongConsumer action) {
            this.pauseNanos = pauseNanos;
            this.until = until;
            this.action = action;
        }

        @Override
        public void run() {
            for (long number = 0; !until.isDone(); number++) {
                long began = System.nanoTime();
                action.accept(number);
                micros.recordValue(Math.min((System.nanoTime() - began) / 1_000, 60_000_000));
                LockSupport.parkNanos(pauseNanos);
            }
        }

        void tell(String name, ObjectNode reply) throws InterruptedException {
            join();
            reply.put(name + "s", micros.getTotalCount());
            reply.put(name + "_p99_millis", micros.getValueAtPercentile(99) / 1e3);
            reply.put(name + "_max_millis", micros.getMaxValue() / 1e3);
        }
    }
}
