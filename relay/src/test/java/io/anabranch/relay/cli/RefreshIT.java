package io.anabranch.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import io.anabranch.proto.Page;
import io.anabranch.relay.server.RelayServer;
import io.anabranch.relay.server.RelayServerOptions;
import io.anabranch.replica.LiveConnection;
import io.anabranch.replica.RecordEvent;
import io.anabranch.replica.Replica;
import io.anabranch.replica.ReplicaStatus;
import io.anabranch.replica.SyncReport;
import io.anabranch.replica.SyncWay;
import io.anabranch.replica.Watch;
import io.anabranch.replica.grpc.RelayAddress;
import io.anabranch.replica.grpc.SyncException;
import io.anabranch.replica.identity.EnrolmentCode;
import io.anabranch.replica.state.ReplicaFamilies;
import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.RocksDbOptions;
import io.anabranch.replica.storage.RocksDbStorage;
import io.anabranch.replica.storage.StorageException;
import io.anabranch.replica.storage.WriteBatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Filling and refreshing a store by a snapshot, over a real connection. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RefreshIT {

    private static final int MANY = 25_000;

    @TempDir
    private Path directory;

    private RelayServer relay;
    private Replica author;

    @BeforeEach
    void start() {
        relay = RelayServer.start(RelayServerOptions.in(directory.resolve("relay")));
        author = enrolled("author");
    }

    @AfterEach
    void stop() {
        author.close();
        relay.close();
    }

    @Test
    void anEmptyStoreIsFilledByASnapshotWhenThereIsMuchToCome() {
        make(MANY);
        try (Replica reader = enrolled("reader")) {
            Set<ReplicaStatus.Phase> phases = Collections.synchronizedSet(new HashSet<>());
            reader.commit(tx -> tx.record("account", "mine").set("name", "before the first sync"));
            SyncReport report = reader.startSync(SyncWay.INCREMENTAL, status -> phases.add(status.phase()))
                    .join();
            assertThat(phases).as(report.toString()).contains(ReplicaStatus.Phase.PREPARING);
            assertThat(report.recordsDown()).isGreaterThanOrEqualTo(MANY);
            assertThat(report.pending()).isZero();
            author.sync(SyncWay.INCREMENTAL);
            assertThat(records(reader)).isEqualTo(records(author));
            reader.commit(tx -> tx.record("account", "7").set("name", "edited after it"));
            reader.sync(SyncWay.INCREMENTAL);
            author.sync(SyncWay.INCREMENTAL);
            assertThat(author.get("account", "7").orElseThrow().value("name").orElseThrow())
                    .hasToString("edited after it");
            assertThat(records(reader)).isEqualTo(records(author));
        }
    }

    @Test
    void aRefreshKeepsWhatWasSavedMeanwhileAndTellsWhatIsDifferent() {
        make(3_000);
        try (Replica reader = enrolled("reader")) {
            reader.sync(SyncWay.INCREMENTAL);
            author.commit(tx -> {
                tx.record("account", "1").set("name", "other");
                tx.record("account", "2").delete();
                tx.record("account", "new").set("name", "new");
            });
            author.sync(SyncWay.INCREMENTAL);
            Set<String> told = Collections.synchronizedSet(new HashSet<>());
            Watch watch = reader.watch("account", "", event -> told.add(text(event)));
            CompletableFuture<SyncReport> refresh = reader.startSync(SyncWay.REFRESH, status -> {});
            for (int i = 0; i < 50; i++) {
                int number = i;
                reader.commit(tx -> tx.record("visit", "v" + number).set("account", "1"));
            }
            assertThat(refresh.join().pending()).isLessThanOrEqualTo(50);
            reader.sync(SyncWay.INCREMENTAL);
            Awaitility.await().until(() -> told.size() >= 3);
            watch.close();
            assertThat(told).containsExactlyInAnyOrder("CHANGE 1", "LEAVE 2", "ENTER new");
            author.sync(SyncWay.INCREMENTAL);
            assertThat(reader.find("visit", "")).hasSize(50);
            assertThat(records(reader)).isEqualTo(records(author));
        }
        try (Replica again = Replica.open(directory.resolve("reader"))) {
            assertThat(records(again)).isEqualTo(records(author));
            again.sync(SyncWay.REFRESH);
            assertThat(records(again)).isEqualTo(records(author));
            assertThat(again.status().pending()).isZero();
        }
    }

    @Test
    void aSnapshotThatIsDamagedDoesNotKeepADeviceFromItsFirstSync() throws Exception {
        make(MANY);
        try (Replica maker = enrolled("maker")) {
            maker.sync(SyncWay.INCREMENTAL);
        }
        try (Stream<Path> segments = Files.list(directory.resolve("relay").resolve("snapshots"))) {
            for (Path segment : segments.toList()) {
                byte[] bytes = Files.readAllBytes(segment);
                bytes[bytes.length / 2] ^= 1;
                Files.write(segment, bytes);
            }
        }
        try (Replica reader = enrolled("reader")) {
            assertThat(reader.sync(SyncWay.INCREMENTAL).recordsDown()).isGreaterThanOrEqualTo(MANY);
            assertThat(records(reader)).isEqualTo(records(author));
            assertThatExceptionOfType(SyncException.class)
                    .isThrownBy(() -> reader.sync(SyncWay.REFRESH))
                    .matches(e -> e.code() == SyncException.Code.MALFORMED);
            assertThat(records(reader)).isEqualTo(records(author));
        }
    }

    @Test
    void aLiveConnectionFillsAnEmptyStoreByASnapshotFirst() {
        make(MANY);
        try (Replica reader = enrolled("reader")) {
            Set<ReplicaStatus.Phase> phases = Collections.synchronizedSet(new HashSet<>());
            ReplicaStatus.Listening listening = reader.onStatus(status -> phases.add(status.phase()));
            LiveConnection live = reader.live();
            Awaitility.await().atMost(60, TimeUnit.SECONDS).until(() -> phases.contains(ReplicaStatus.Phase.LIVE));
            author.commit(tx -> tx.record("account", "later").set("name", "live"));
            author.sync(SyncWay.INCREMENTAL);
            Awaitility.await().until(() -> reader.get("account", "later").isPresent());
            live.close();
            listening.close();
            assertThat(phases).contains(ReplicaStatus.Phase.PREPARING);
            assertThat(records(reader)).isEqualTo(records(author));
        }
    }

    @Test
    void aStoreWhoseCursorMeansNothingToTheRelayIsFilledAnewByASnapshot() throws Exception {
        make(MANY);
        try (Replica reader = enrolled("reader")) {
            reader.sync(SyncWay.INCREMENTAL);
        }
        spoilCursor();
        author.commit(tx -> tx.record("account", "3").delete());
        author.sync(SyncWay.INCREMENTAL);
        try (Replica reader = Replica.open(directory.resolve("reader"))) {
            reader.commit(tx -> tx.record("account", "4").set("name", "not sent yet"));
            // By pages, only what is different would be counted.
            assertThat(reader.sync(SyncWay.INCREMENTAL).recordsDown()).isGreaterThanOrEqualTo(MANY - 1);
            author.sync(SyncWay.INCREMENTAL);
            assertThat(author.get("account", "4").orElseThrow().value("name").orElseThrow())
                    .hasToString("not sent yet");
            assertThat(records(reader)).isEqualTo(records(author));
        }
    }

    private void spoilCursor() throws Exception {
        byte[] key = "applied".getBytes(StandardCharsets.US_ASCII);
        try (RocksDbStorage storage = RocksDbStorage.open(
                directory.resolve("reader").resolve("store"), ReplicaFamilies.all(), RocksDbOptions.defaults())) {
            Page applied = Page.parseFrom(storage.get(ReplicaFamilies.META, key));
            WriteBatch batch = new WriteBatch();
            batch.put(
                    ReplicaFamilies.META,
                    key,
                    applied.toBuilder()
                            .setCursor(ByteString.copyFromUtf8("of another relay"))
                            .build()
                            .toByteArray());
            storage.write(batch, Durability.SYNC);
        }
    }

    @Test
    void aDamagedStoreIsPutRightByARefreshThatKeepsWhatIsPending() throws Exception {
        make(MANY);
        try (Replica reader = enrolled("reader")) {
            reader.sync(SyncWay.INCREMENTAL);
            reader.commit(tx -> tx.record("account", "5").set("name", "not sent yet"));
        }
        damage(directory.resolve("reader").resolve("store"));
        try (Replica reader = Replica.open(directory.resolve("reader"))) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> records(reader))
                    .withMessageContaining("anabranch device sync refresh");
            reader.sync(SyncWay.REFRESH);
            author.sync(SyncWay.INCREMENTAL);
            assertThat(author.get("account", "5").orElseThrow().value("name").orElseThrow())
                    .hasToString("not sent yet");
            assertThat(records(reader)).isEqualTo(records(author));
        }
        try (Replica again = Replica.open(directory.resolve("reader"))) {
            assertThat(records(again)).isEqualTo(records(author));
        }
    }

    /** In the file that has the records. */
    private static void damage(Path store) throws IOException {
        try (Stream<Path> files = Files.list(store)) {
            Path records = files.filter(file -> file.toString().endsWith(".sst"))
                    .max(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow();
            byte[] bytes = Files.readAllBytes(records);
            for (int i = bytes.length / 4; i < bytes.length / 2; i += bytes.length / 16) {
                bytes[i] ^= 1;
            }
            Files.write(records, bytes);
        }
    }

    @Test
    void aDeviceFollowsAnOrderToRefreshAtItsNextSync() {
        make(3_000);
        try (Replica reader = enrolled("reader")) {
            reader.sync(SyncWay.INCREMENTAL);
            long replica = reader.status().replica();
            assertThat(relay.administration().orderRefresh(List.of(replica, 1L)))
                    .isEmpty();
            assertThat(relay.administration().orderRefresh(List.of(replica))).hasSize(1);
            reader.commit(tx -> tx.record("visit", "mine").set("account", "1"));
            assertThat(reader.sync(SyncWay.INCREMENTAL).recordsDown()).isGreaterThanOrEqualTo(3_000);
            assertThat(reader.sync(SyncWay.INCREMENTAL).recordsDown()).isLessThan(3);
            author.sync(SyncWay.INCREMENTAL);
            assertThat(records(reader)).isEqualTo(records(author));
            relay.administration().orderRefresh(List.of());
            LiveConnection live = reader.live();
            Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> isFollowed(replica, 2));
            live.close();
        }
    }

    private boolean isFollowed(long replica, long order) {
        return relay.administration().listDevices().stream()
                .anyMatch(device -> device.getReplica() == replica && device.getRefreshFollowed() == order);
    }

    /** Without the configuration, of which everyone has their own. */
    private static long records(Replica replica) {
        long[] sum = {0};
        replica.forEach(record -> sum[0] += record.toString().hashCode() * 31L + 1);
        return sum[0];
    }

    private static String text(RecordEvent event) {
        return event.kind() + " " + event.record().key().id();
    }

    private void make(int count) {
        CompletableFuture<?>[] saves = new CompletableFuture<?>[count];
        for (int i = 0; i < count; i++) {
            int number = i;
            saves[i] = author.commitAsync(tx -> tx.record("account", Integer.toString(number))
                    .set("name", "account " + number)
                    .set("employees", number));
        }
        CompletableFuture.allOf(saves).join();
        author.sync(SyncWay.INCREMENTAL);
    }

    private Replica enrolled(String name) {
        Replica replica = Replica.open(directory.resolve(name));
        String code = relay.administration().createEnrolmentCode(name).getCode();
        replica.enrol(RelayAddress.parse("127.0.0.1:" + relay.port()), EnrolmentCode.parse(code), name);
        return replica;
    }
}
