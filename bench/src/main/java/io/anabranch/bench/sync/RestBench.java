package io.anabranch.bench.sync;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.relay.server.RelayServer;
import io.anabranch.relay.server.RelayServerOptions;
import io.anabranch.replica.Replica;
import io.anabranch.replica.ReplicaOptions;
import io.anabranch.replica.SyncWay;
import io.anabranch.replica.encryption.Passphrase;
import io.anabranch.replica.grpc.RelayAddress;
import io.anabranch.replica.identity.EnrolmentCode;
import io.anabranch.replica.state.IndexDeclaration;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A relay with records, and devices that hold them in plain and encrypted, in turn and in one process. */
final class RestBench implements AutoCloseable {

    private static final int SAVES_AT_ONCE = 1_000;
    private static final int READS = 20_000;
    private static final int QUERIES = 500;
    private static final int ORDERED_QUERIES = 20;
    private static final Set<IndexDeclaration> INDEXES = Set.of(
            new IndexDeclaration(SampleRecords.TYPE, "revenue"), new IndexDeclaration(SampleRecords.TYPE, "owner"));

    private final Path directory;
    private final int records;
    private final RelayServer relay;
    private final Map<String, List<Double>> plain = new LinkedHashMap<>();
    private final Map<String, List<Double>> encrypted = new LinkedHashMap<>();
    private int devices;

    RestBench(Path directory, int records) {
        this.directory = directory;
        this.records = records;
        this.relay = RelayServer.start(RelayServerOptions.in(directory.resolve("relay")));
        try (Replica writer = device(false)) {
            enrol(writer);
            save(writer);
            writer.sync(SyncWay.INCREMENTAL);
        }
    }

    void run(int rounds, Consumer<String> progress) {
        for (int round = 0; round < rounds; round++) {
            for (int turn = 0; turn < 2; turn++) {
                boolean isEncrypted = (round + turn) % 2 == 1;
                progress.accept("round " + (round + 1) + (isEncrypted ? ", encrypted" : ", plain"));
                measure(isEncrypted, isEncrypted ? encrypted : plain);
            }
        }
    }

    private void measure(boolean isEncrypted, Map<String, List<Double>> into) {
        try (Replica replica = device(isEncrypted)) {
            time(into, "put_seconds", () -> save(replica));
            time(into, "single_put_seconds", () -> {
                for (int i = 0; i < QUERIES; i++) {
                    long number = i;
                    replica.commit(tx -> tx.record(SampleRecords.TYPE, SampleRecords.id(number))
                            .set("revenue", number));
                }
            });
        }
        try (Replica replica = device(isEncrypted)) {
            enrol(replica);
            time(into, "first_sync_seconds", () -> replica.sync(SyncWay.INCREMENTAL));
            read(replica, into);
            add(into, "disk_bytes", (double) replica.statistics().diskBytes());
        }
    }

    private void read(Replica replica, Map<String, List<Double>> into) {
        SplittableRandom random = new SplittableRandom(1);
        time(into, "get_seconds", () -> {
            for (int i = 0; i < READS; i++) {
                replica.get(SampleRecords.TYPE, SampleRecords.id(random.nextInt(records)));
            }
        });
        time(into, "scan_seconds", () -> replica.forEach(record -> {}));
        time(
                into,
                "find_without_index_seconds",
                () -> replica.find(SampleRecords.TYPE, "city = 'harbour' LIMIT 1000000"));
        time(into, "find_equal_seconds", () -> {
            for (int i = 0; i < QUERIES; i++) {
                replica.find(SampleRecords.TYPE, "owner = 'user" + random.nextInt(1_000) + "'");
            }
        });
        time(into, "find_range_seconds", () -> {
            for (int i = 0; i < QUERIES; i++) {
                int from = random.nextInt(9_000_000);
                replica.find(SampleRecords.TYPE, "revenue BETWEEN " + from + " AND " + (from + 10_000));
            }
        });
        time(into, "find_order_seconds", () -> {
            for (int i = 0; i < ORDERED_QUERIES; i++) {
                int from = random.nextInt(9_000_000);
                replica.find(SampleRecords.TYPE, "revenue > " + from + " ORDER BY revenue LIMIT 20");
            }
        });
    }

    private void save(Replica replica) {
        List<CompletableFuture<Long>> saves = new ArrayList<>();
        for (long i = 0; i < records; i++) {
            long number = i;
            saves.add(replica.commitAsync(tx -> SampleRecords.write(tx, number)));
            if (saves.size() == SAVES_AT_ONCE) {
                saves.forEach(CompletableFuture::join);
                saves.clear();
            }
        }
        saves.forEach(CompletableFuture::join);
    }

    private Replica device(boolean isEncrypted) {
        ReplicaOptions options = ReplicaOptions.defaults().withIndexes(INDEXES);
        return Replica.open(
                directory.resolve("device" + devices++),
                isEncrypted ? options.withKey(new Passphrase("bench".toCharArray())) : options);
    }

    private void enrol(Replica replica) {
        String code = relay.administration().createEnrolmentCode("bench").getCode();
        replica.enrol(RelayAddress.parse("127.0.0.1:" + relay.port()), EnrolmentCode.parse(code), "bench");
    }

    private static void time(Map<String, List<Double>> into, String name, Runnable work) {
        long start = System.nanoTime();
        work.run();
        add(into, name, (System.nanoTime() - start) / 1e9);
    }

    private static void add(Map<String, List<Double>> into, String name, double figure) {
        into.computeIfAbsent(name, key -> new ArrayList<>()).add(figure);
    }

    /** The medians, and how many times as much the encrypted store takes. */
    void report(ObjectNode report) {
        plain.forEach((name, figures) -> {
            double inPlain = median(figures);
            double inCipher = median(encrypted.getOrDefault(name, List.of()));
            report.put("plain_" + name, rounded(inPlain));
            report.put("encrypted_" + name, rounded(inCipher));
            report.put(
                    name.substring(0, name.lastIndexOf('_')) + "_ratio", Math.round(inCipher / inPlain * 100) / 100.0);
        });
    }

    private static double median(List<Double> figures) {
        return figures.stream().sorted().skip(figures.size() / 2).findFirst().orElse(0.0);
    }

    private static double rounded(double figure) {
        return figure > 1000 ? Math.rint(figure) : Math.round(figure * 1e4) / 1e4;
    }

    @Override
    public void close() {
        relay.close();
    }
}
