package io.anabranch.bench.scope;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.crdt.RecordKey;
import io.anabranch.relay.server.RelayServer;
import io.anabranch.relay.server.RelayServerOptions;
import io.anabranch.replica.RecordWriter;
import io.anabranch.replica.Replica;
import io.anabranch.replica.SyncReport;
import io.anabranch.replica.SyncWay;
import io.anabranch.replica.grpc.DeviceLabel;
import io.anabranch.replica.grpc.RelayAddress;
import io.anabranch.replica.identity.EnrolmentCode;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/**
 * What scopes cost a device that sends its work: commits a second through the whole way, from the device's store over gRPC and TLS into
 * the relay's, to a relay without rules and one with them, in turns. Making the commits is not counted.
 */
final class Uploads {

    private static final int PORTION = 20_000;
    private static final int WAITING_MAX = 2_000;

    private final SalesOrganisation organisation;
    private final Consumer<String> progress;

    Uploads(SalesOrganisation organisation, Consumer<String> progress) {
        this.organisation = organisation;
        this.progress = progress;
    }

    /**
     * Runs it.
     *
     * @param records how many for each relay; as many portions again are sent first, so that the virtual machine is warm
     */
    void run(Path directory, long records, ObjectNode report) {
        Path scopedData = directory.resolve("scoped-relay");
        try (Office office = new Office(scopedData.resolve("store"))) {
            office.configure(SalesOrganisation.rules());
            office.configure(SalesOrganisation.users(0, organisation.users()));
            office.settle();
        }
        try (Side without = new Side(directory.resolve("plain-relay"), directory.resolve("plain-device"));
                Side with = new Side(scopedData, directory.resolve("scoped-device"))) {
            // What is spread over all records is a fair sample of their kinds.
            List<Long> numbers = LongStream.range(0, 2 * records)
                    .map(i -> i * organisation.records() / (2 * records))
                    .boxed()
                    .toList();
            for (int first = 0; first < numbers.size(); first += PORTION) {
                progress.accept("uploading: " + first + " of " + numbers.size() + " records");
                List<Long> portion = numbers.subList(first, Math.min(first + PORTION, numbers.size()));
                boolean counts = first >= records;
                without.upload(portion, counts);
                with.upload(portion, counts);
            }
            report.put("uploaded_per_second_without", without.perSecond());
            report.put("uploaded_per_second_with", with.perSecond());
            report.put("uploaded_ratio", Math.round(100.0 * without.nanos / with.nanos) / 100.0);
        }
    }

    /** A relay and a device of the first user. */
    private final class Side implements AutoCloseable {

        private final RelayServer relay;
        private final Replica device;
        private long nanos;
        private long commits;

        Side(Path data, Path store) {
            this.relay = RelayServer.start(RelayServerOptions.in(data));
            this.device = Replica.open(store);
            String code = relay.administration()
                    .createEnrolmentCode(SalesOrganisation.user(0))
                    .getCode();
            device.enrol(
                    RelayAddress.parse(relay.address()), EnrolmentCode.parse(code), new DeviceLabel("device", "bench"));
            device.sync(SyncWay.INCREMENTAL);
        }

        void upload(List<Long> numbers, boolean counts) {
            Deque<CompletableFuture<Long>> waiting = new ArrayDeque<>();
            for (long number : numbers) {
                RecordKey key = organisation.key(number);
                waiting.add(device.commitAsync(tx -> {
                    RecordWriter record = tx.record(key.type(), key.id());
                    organisation.fill((field, value) -> record.set(field, value), number);
                }));
                if (waiting.size() > WAITING_MAX) {
                    waiting.remove().join();
                }
            }
            waiting.forEach(CompletableFuture::join);
            long started = System.nanoTime();
            SyncReport report = device.sync(SyncWay.INCREMENTAL);
            if (counts) {
                nanos += System.nanoTime() - started;
                commits += numbers.size();
            }
            if (report.pending() > 0 || report.errors() > 0) {
                throw new IllegalStateException("an upload of the bench is not complete: " + report);
            }
        }

        long perSecond() {
            return Math.round(commits * 1e9 / nanos);
        }

        @Override
        public void close() {
            device.close();
            relay.close();
        }
    }
}
