package io.anabranch.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.relay.server.RelayServer;
import io.anabranch.relay.server.RelayServerOptions;
import io.anabranch.replica.RecordEvent;
import io.anabranch.replica.Replica;
import io.anabranch.replica.ReplicaStatus;
import io.anabranch.replica.SyncReport;
import io.anabranch.replica.SyncWay;
import io.anabranch.replica.Watch;
import io.anabranch.replica.grpc.RelayAddress;
import io.anabranch.replica.identity.EnrolmentCode;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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
