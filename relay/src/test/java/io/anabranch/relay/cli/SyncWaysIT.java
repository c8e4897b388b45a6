package io.anabranch.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.anabranch.relay.server.RelayServer;
import io.anabranch.relay.server.RelayServerOptions;
import io.anabranch.replica.LiveConnection;
import io.anabranch.replica.Replica;
import io.anabranch.replica.ReplicaOptions;
import io.anabranch.replica.ReplicaStatus;
import io.anabranch.replica.SyncReport;
import io.anabranch.replica.SyncWay;
import io.anabranch.replica.grpc.RelayAddress;
import io.anabranch.replica.identity.EnrolmentCode;
import io.anabranch.replica.tracking.NetworkKind;
import io.anabranch.replica.tracking.SyncSettings;
import io.anabranch.replica.tracking.SyncTrack;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The ways to sync, what is told of them, and what the office sees of that: the commands, and the library. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SyncWaysIT {

    private static final SyncSettings TRACKED = SyncSettings.DEFAULTS.withTracksKept(3);

    @TempDir
    private Path directory;

    @Test
    void whatIsNewWaitsUntilItIsApplied() {
        try (RelayServer relay = serve()) {
            enrol(relay, "a");
            enrol(relay, "b");
            device("a", "put", "account/1", "name=Harbour");
            device("a", "sync");
            assertThat(json("b", "sync", "non-blocking", "--json"))
                    .containsEntry("way", "non-blocking")
                    .containsEntry("staged", 2);
            assertThat(Ran.device(data("b"), "get", "account/1").status()).isNotZero();
            JsonObject status = new JsonObject(device("b", "status", "--json"));
            assertThat(status.getString("phase")).isEqualTo("staged");
            assertThat(status.getInteger("pending")).isZero();
            assertThat(status.getJsonObject("waiting").getJsonObject("types"))
                    .isEqualTo(new JsonObject().put("$user", 1).put("account", 1));

            device("a", "put", "account/1", "name=Quay");
            device("a", "put", "account/2", "name=River");
            device("b", "put", "account/3", "name=Mine");
            device("a", "sync");
            assertThat(json("b", "sync", "non-blocking", "--json")).containsEntry("pending", 1);
            assertThat(json("b", "apply", "--json")).extractingByKey("applied").isNotEqualTo(0);
            assertThat(device("b", "get", "account/1")).contains("Quay");
            assertThat(device("b", "get", "account/2")).contains("River");
            assertThat(device("b", "get", "account/3")).contains("Mine");
            assertThat(json("b", "status", "--json")).containsEntry("phase", "idle");
            assertThat(json("b", "apply", "--json")).containsEntry("applied", 0);
            // Verdicts are told again after a restart.
            assertThat(json("b", "sync", "--json")).containsEntry("pending", 0);
            assertThat(Ran.device(data("b"), "sync", "sideways").status()).isNotZero();
        }
    }

    @Test
    void theOfficeHasDevicesRefresh() {
        try (RelayServer relay = serve()) {
            enrol(relay, "a");
            device("a", "put", "account/1", "name=Harbour");
            device("a", "sync");
            String office = directory.resolve("relay").toString();
            assertThat(Ran.relay("device", "refresh", "--data", office).status())
                    .isNotZero();
            assertThat(Ran.relay("device", "refresh", "1", "--data", office).status())
                    .isNotZero();
            assertThat(Ran.relay("device", "refresh", "--all", "--data", office)
                            .out()
                            .lines())
                    .hasSize(1);
            assertThat(Ran.relay("device", "list", "--data", office).out()).contains("to refresh");
            device("a", "put", "account/2", "name=Quay");
            assertThat(device("a", "sync")).contains("0 pending");
            assertThat(device("a", "get", "account/2")).contains("Quay");
            device("a", "sync");
            // What devices report is stored every few seconds.
            Awaitility.await()
                    .atMost(20, TimeUnit.SECONDS)
                    .until(() ->
                            Ran.relay("device", "list", "--data", office).out().contains("refreshed"));
        }
    }

    @Test
    void theOfficeSeesWhoSyncsAndWhatFails() {
        try (RelayServer relay = serve()) {
            enrol(relay, "a");
            enrol(relay, "b");
            device("a", "put", "account/1", "name=Harbour");
            device("a", "sync");
            device("b", "sync");
            List<String> own = device("b", "tracking", "--json").lines().toList();
            assertThat(own).hasSize(1);
            assertThat(new JsonObject(own.get(0)).getMap())
                    .containsEntry("way", "incremental")
                    .containsEntry("result", "success")
                    .containsEntry("down.account", 1)
                    .containsEntry("user", "b");
            assertThat(device("b", "tracking")).contains("incremental", "success");
            // What it tells of itself is nothing that waits to be sent, and goes up with the next sync.
            assertThat(json("b", "status", "--json")).containsEntry("pending", 0);
            assertThat(device("b", "pending")).isEmpty();
            device("b", "sync");
            device("a", "sync");
        }
        Ran failed = Ran.device(data("b"), "sync");
        assertThat(failed.status()).isNotZero();
        assertThat(json("b", "status", "--json")).containsEntry("phase", "error");
        try (RelayServer relay = RelayServer.start(
                RelayServerOptions.in(directory.resolve("relay")).at("127.0.0.1", port))) {
            device("b", "sync");
            String relayData = directory.resolve("relay").toString();
            List<JsonObject> tracks = Ran.relay("tracking", "--json", "--data", relayData)
                    .out()
                    .lines()
                    .map(JsonObject::new)
                    .toList();
            assertThat(tracks).extracting(track -> track.getString("user")).contains("a", "b");
            assertThat(Ran.relay("tracking", "--failing", "--json", "--data", relayData)
                            .out())
                    .contains("unreachable");
            assertThat(new JsonObject(
                                    Ran.relay("tracking", "--by", "user", "--user", "b", "--json", "--data", relayData)
                                            .out())
                            .getMap())
                    .containsEntry("user", "b")
                    .containsEntry("runs", 3)
                    .containsEntry("failed", 1);
            assertThat(Ran.relay("tracking", "--by", "day", "--data", relayData).out())
                    .contains("RUNS");
            assertThat(Ran.relay("tracking", "--slowest", "1", "--json", "--data", relayData)
                            .out()
                            .lines())
                    .hasSize(1);
            assertThat(Ran.relay("tracking", "--overdue", "0", "--json", "--data", relayData)
                            .out()
                            .lines())
                    .hasSize(2);
            assertThat(Ran.relay("tracking", "--overdue", "24", "--json", "--data", relayData)
                            .out())
                    .isEmpty();
            assertThat(relay.port()).isEqualTo(port);
        }
    }

    @Test
    void theStatusIsToldAsItChanges() throws InterruptedException {
        try (RelayServer relay = serve();
                Replica replica = open(relay, "a")) {
            BlockingQueue<ReplicaStatus> told = new LinkedBlockingQueue<>();
            try (ReplicaStatus.Listening listening = replica.onStatus(told::add)) {
                assertThat(listening).isNotNull();
                await(told, status -> status.phase() == ReplicaStatus.Phase.OVERDUE);
                replica.commit(tx -> tx.record("account", "1").set("name", "Harbour"));
                await(told, status -> status.pending() == 1);
                replica.network(NetworkKind.UNMETERED);
                await(told, status -> status.network() == NetworkKind.UNMETERED);
                try (LiveConnection live = replica.live()) {
                    assertThat(live).isNotNull();
                    await(told, status -> status.phase() == ReplicaStatus.Phase.LIVE && status.pending() == 0);
                    replica.network(NetworkKind.NONE);
                }
                await(told, status -> status.phase() == ReplicaStatus.Phase.IDLE && !status.isOverdue());
                assertThat(replica.status().succeededMillis()).containsKey(SyncWay.LIVE);
            }
            SyncTrack track = replica.tracks().get(0);
            assertThat(track.occasion().way()).isEqualTo("live");
            assertThat(track.occasion().network()).isEqualTo(NetworkKind.UNMETERED);
            SyncTrack filling = replica.tracks().get(1);
            assertThat(filling.occasion().trigger()).isEqualTo("live");
            assertThat(filling.traffic().commitsUp()).isEqualTo(1);
        }
    }

    @Test
    void theLastRunsAreKeptAndNoMore() {
        try (RelayServer relay = serve();
                Replica replica = open(relay, "a")) {
            for (int i = 0; i < 5; i++) {
                SyncReport report = replica.sync(i % 2 == 0 ? SyncWay.INCREMENTAL : SyncWay.NON_BLOCKING);
                assertThat(report.pending()).isZero();
            }
            assertThat(replica.tracks()).hasSize(3);
            assertThat(replica.status().pending()).isZero();
            assertThat(replica.status().unjudged()).isZero();
            assertThatIllegalArgumentException().isThrownBy(() -> replica.sync(SyncWay.LIVE));
        }
        try (Replica fewer =
                Replica.open(data("a"), ReplicaOptions.defaults().withSync(SyncSettings.DEFAULTS.withTracksKept(1)))) {
            assertThat(fewer.tracks()).hasSize(3);
        }
    }

    @Test
    void aSyncThatIsDueStartsAtTheOpening() throws InterruptedException {
        try (RelayServer relay = serve()) {
            enrol(relay, "a");
            enrol(relay, "b");
            device("a", "put", "account/1", "name=Harbour");
            device("a", "sync");
            ReplicaOptions options = ReplicaOptions.defaults().withSync(TRACKED.withFirstOpeningOfTheDay());
            try (Replica replica = Replica.open(data("b"), options)) {
                BlockingQueue<ReplicaStatus> told = new LinkedBlockingQueue<>();
                try (ReplicaStatus.Listening listening = replica.onStatus(told::add)) {
                    assertThat(listening).isNotNull();
                    await(told, status -> status.phase() == ReplicaStatus.Phase.STAGED);
                }
                assertThat(replica.tracks().get(0).occasion().trigger()).isEqualTo("opening");
                assertThat(replica.apply())
                        .as("the account and the user's own record")
                        .isEqualTo(2);
                assertThat(replica.get("account", "1")).isPresent();
            }
            try (Replica again = Replica.open(data("b"), options)) {
                assertThat(again.status().phase()).isEqualTo(ReplicaStatus.Phase.IDLE);
                assertThat(again.tracks()).hasSize(1);
            }
        }
    }

    private int port;

    private RelayServer serve() {
        RelayServer relay = RelayServer.start(RelayServerOptions.in(directory.resolve("relay")));
        port = relay.port();
        return relay;
    }

    private void enrol(RelayServer relay, String name) {
        String code = relay.administration().createEnrolmentCode(name).getCode();
        device(name, "enrol", "--relay", "127.0.0.1:" + relay.port(), "--code", code);
    }

    private Replica open(RelayServer relay, String name) {
        Replica replica = Replica.open(data(name), ReplicaOptions.defaults().withSync(TRACKED));
        EnrolmentCode code = EnrolmentCode.parse(
                relay.administration().createEnrolmentCode(name).getCode());
        replica.enrol(RelayAddress.parse("127.0.0.1:" + relay.port()), code, name);
        return replica;
    }

    private Path data(String name) {
        return directory.resolve(name);
    }

    private String device(String name, String... arguments) {
        Ran ran = Ran.device(data(name), arguments);
        assertThat(ran.status()).as(ran.err()).isZero();
        return ran.out();
    }

    private Map<String, Object> json(String name, String... arguments) {
        return new JsonObject(device(name, arguments)).getMap();
    }

    private static void await(BlockingQueue<ReplicaStatus> told, Predicate<ReplicaStatus> wanted)
            throws InterruptedException {
        ReplicaStatus status = told.poll(30, TimeUnit.SECONDS);
        while (status != null && !wanted.test(status)) {
            status = told.poll(30, TimeUnit.SECONDS);
        }
        assertThat(status).as("a status that was waited for").isNotNull();
    }
}
