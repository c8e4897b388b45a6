package io.anabranch.bench.sync;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.replica.Replica;
import io.anabranch.replica.SyncReport;
import io.anabranch.replica.SyncWay;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.HdrHistogram.Histogram;

/** A sync while a person works: reads one after the other, and now and then a save. */
final class RefreshTasks {

    private static final long READ_PAUSE_NANOS = 1_000_000;
    private static final long WRITE_PAUSE_NANOS = 20_000_000;
    private static final int IDLE_SECONDS = 3;

    private RefreshTasks() {}

    /** Syncs in a way, and tells how long reads and saves took meanwhile. */
    static void sync(Replica replica, SyncWay way, long records, ObjectNode reply) throws Exception {
        long start = System.nanoTime();
        CompletableFuture<SyncReport> running = replica.startSync(way, status -> {});
        Work[] work = begin(replica, records, running);
        SyncReport report = running.get();
        reply.put("seconds", (System.nanoTime() - start) / 1e9);
        reply.put("records_down", report.recordsDown()).put("bytes_down", report.bytesDown());
        reply.put("disk_bytes", replica.statistics().diskBytes());
        tell(work, reply);
    }

    /** The same work with nothing else going on: what this machine and its disk take for it. Twice, so that the code is compiled. */
    static void idle(Replica replica, long records, ObjectNode reply) throws Exception {
        for (int i = 0; i < 2; i++) {
            CompletableFuture<?> over =
                    new CompletableFuture<>().completeOnTimeout(null, IDLE_SECONDS, TimeUnit.SECONDS);
            tell(begin(replica, records, over), reply);
        }
    }

    private static Work[] begin(Replica replica, long records, CompletableFuture<?> until) {
        Work reads = new Work(
                READ_PAUSE_NANOS,
                until,
                number -> replica.get(
                        SampleRecords.TYPE, SampleRecords.id(new SplittableRandom(number).nextLong(records))));
        Work writes = new Work(
                WRITE_PAUSE_NANOS,
                until,
                number -> replica.commit(tx -> tx.record("visit", "v" + number).set("number", number)));
        reads.start();
        writes.start();
        return new Work[] {reads, writes};
    }

    private static void tell(Work[] work, ObjectNode reply) throws InterruptedException {
        work[0].tell("read", reply);
        work[1].tell("write", reply);
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
