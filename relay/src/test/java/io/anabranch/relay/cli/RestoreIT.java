package io.anabranch.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.RecordKey;
import io.anabranch.relay.server.RelayServer;
import io.anabranch.relay.server.RelayServerOptions;
import io.anabranch.replica.Replica;
import io.anabranch.replica.ReplicaOptions;
import io.anabranch.replica.SyncReport;
import io.anabranch.replica.SyncWay;
import io.anabranch.replica.state.ReplicaFamilies;
import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.RocksDbOptions;
import io.anabranch.replica.storage.RocksDbStorage;
import io.anabranch.replica.storage.WriteBatch;
import io.anabranch.replica.wire.RecordKeys;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A relay that is set back to a backup, and a store that differs from its relay: the commands, over real stores and connections. */
@Timeout(5 * 60)
class RestoreIT {

    @TempDir
    private Path directory;

    @Test
    void whatABackupLacksIsOfferedBackByTheDevices() {
        int port;
        try (RelayServer relay = serve("relay", 0)) {
            port = relay.port();
            enrol(relay, "a");
            enrol(relay, "b");
            device("a", "put", "account/1", "name=Harbour");
            device("a", "increment", "account/1", "visits", "1");
            sync("a", "b");
            JsonObject backup = new JsonObject(relay(
                    "backup",
                    path("backup"),
                    "--json",
                    "--relay",
                    "127.0.0.1:" + port,
                    "--administrator",
                    path("relay/administrator.pem")));
            assertThat(backup.getLong("sequence")).isPositive();

            device("a", "put", "account/1", "name=Quay");
            device("a", "increment", "account/1", "visits", "2");
            device("a", "put", "account/2", "name=River");
            sync("a", "b");
            device("b", "put", "account/3", "name=Bridge");
            device("b", "increment", "account/1", "visits", "4");
            sync("b", "a");
            device("a", "put", "account/4", "name=Ford");
            sync("a");
            device("b", "put", "account/5", "name=Waits");
        }
        String before = device("a", "dump");
        assertThat(Ran.relay("restore", path("backup"), "--data", path("relay")).status())
                .as("there is a relay already")
                .isNotZero();
        relay("restore", path("backup"), "--data", path("restored"));
        try (RelayServer relay = serve("restored", port)) {
            Map<String, Object> first = json("b", "sync", "--json");
            assertThat(first).containsEntry("pending", 0).containsEntry("errors", 0);
            assertThat(((JsonObject) new JsonObject(first).getValue("recovery")).getInteger("offered"))
                    .isGreaterThanOrEqualTo(3);
            assertThat(json("a", "sync", "--json"))
                    .containsEntry("pending", 0)
                    .containsEntry("errors", 0)
                    .containsKey("recovery");
            sync("b", "a");
            assertThat(json("a", "sync", "--json")).doesNotContainKey("recovery");
            assertThat(device("a", "dump")).isEqualTo(device("b", "dump")).contains("Waits");
            assertThat(device("a", "dump").lines().filter(line -> !line.contains("Waits")))
                    .isEqualTo(before.lines().toList());
            JsonObject account = new JsonObject(device("a", "get", "account/1", "--json")).getJsonObject("fields");
            assertThat(account.getString("name")).isEqualTo("Quay");
            assertThat(account.getInteger("visits")).isEqualTo(7);
            enrol(relay, "c");
            sync("c");
            assertThat(device("c", "dump")).isEqualTo(device("a", "dump"));
            device("b", "increment", "account/1", "visits", "1");
            sync("b", "a");
            assertThat(device("a", "get", "account/1")).contains("8");
            for (String name : new String[] {"a", "b", "c"}) {
                assertThat(audit(name).getInteger("repaired")).as(name).isZero();
            }
        }
    }

    @Test
    void anAuditRepairsWhatDiffersAndSaysWhat() {
        try (RelayServer relay = serve("relay", 0)) {
            enrol(relay, "a");
            enrol(relay, "b");
            for (int i = 0; i < 100; i++) {
                device("a", "put", "account/" + i, "name=Harbour");
            }
            device("a", "put", "call/1", "topic=Prices");
            sync("a", "b");
            String before = device("b", "dump");
            WriteBatch batch = new WriteBatch();
            batch.delete(ReplicaFamilies.RECORDS, RecordKeys.encode(new RecordKey("account", "17")));
            damage(batch);
            WriteBatch bytes = new WriteBatch();
            bytes.put(
                    ReplicaFamilies.RECORDS,
                    RecordKeys.encode(new RecordKey("call", "1")),
                    "nonsense".getBytes(StandardCharsets.UTF_8));
            damage(bytes);
            JsonObject audit = audit("b");
            assertThat(audit.getInteger("repaired")).isEqualTo(2);
            assertThat(audit.getJsonObject("repaired_by_type"))
                    .isEqualTo(new JsonObject()
                            .put(
                                    "account",
                                    new JsonObject()
                                            .put("missing", 1)
                                            .put("surplus", 0)
                                            .put("different", 0))
                            .put(
                                    "call",
                                    new JsonObject()
                                            .put("missing", 0)
                                            .put("surplus", 0)
                                            .put("different", 1)));
            assertThat(device("b", "dump")).isEqualTo(before);
            assertThat(audit("b").getInteger("repaired")).isZero();
        }
    }

    @Test
    void anAuditIsMadeByItselfWhenTheLastIsOldEnough() {
        try (RelayServer relay = serve("relay", 0)) {
            enrol(relay, "a");
            enrol(relay, "b");
            device("a", "put", "account/1", "name=Harbour");
            sync("a", "b");
            WriteBatch batch = new WriteBatch();
            batch.delete(ReplicaFamilies.RECORDS, RecordKeys.encode(new RecordKey("account", "1")));
            damage(batch);
            AtomicLong millis = new AtomicLong(System.currentTimeMillis());
            ReplicaOptions options = new ReplicaOptions(millis::get, RocksDbOptions.defaults());
            try (Replica replica = Replica.open(data("b"), options)) {
                SyncReport soon = replica.sync(SyncWay.INCREMENTAL);
                assertThat(soon.audit()).isEmpty();
                assertThat(replica.get("account", "1")).isEmpty();
                millis.addAndGet(Duration.ofDays(7).toMillis());
                SyncReport later = replica.sync(SyncWay.INCREMENTAL);
                assertThat(later.audit().orElseThrow().repairedCount()).isEqualTo(1);
                assertThat(replica.get("account", "1")).isPresent();
                assertThat(replica.sync(SyncWay.INCREMENTAL).audit()).isEmpty();
            }
        }
    }

    private void damage(WriteBatch batch) {
        try (RocksDbStorage storage =
                RocksDbStorage.open(data("b").resolve("store"), ReplicaFamilies.all(), RocksDbOptions.defaults())) {
            storage.write(batch, Durability.SYNC);
        }
    }

    private JsonObject audit(String name) {
        JsonObject audit = new JsonObject(device(name, "sync", "--verify", "--json")).getJsonObject("audit");
        assertThat(audit.getBoolean("completed")).isTrue();
        return audit;
    }

    private RelayServer serve(String name, int port) {
        return RelayServer.start(RelayServerOptions.in(directory.resolve(name)).at("127.0.0.1", port));
    }

    private void enrol(RelayServer relay, String name) {
        String code = relay.administration().createEnrolmentCode(name).getCode();
        device(name, "enrol", "--relay", "127.0.0.1:" + relay.port(), "--code", code);
    }

    private void sync(String... names) {
        for (String name : names) {
            device(name, "sync");
        }
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    private Path data(String name) {
        return directory.resolve(name);
    }

    private static String relay(String... arguments) {
        Ran ran = Ran.relay(arguments);
        assertThat(ran.status()).as(ran.err()).isZero();
        return ran.out();
    }

    private String device(String name, String... arguments) {
        Ran ran = Ran.device(data(name), arguments);
        assertThat(ran.status()).as(ran.err()).isZero();
        return ran.out();
    }

    private Map<String, Object> json(String name, String... arguments) {
        return new JsonObject(device(name, arguments)).getMap();
    }
}
