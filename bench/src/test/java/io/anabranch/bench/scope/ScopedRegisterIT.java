package io.anabranch.bench.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.crdt.RecordKey;
import io.anabranch.relay.scope.ScopeLimits;
import io.anabranch.relay.server.RelayServerOptions;
import io.anabranch.replica.LiveConnection;
import io.anabranch.replica.Replica;
import io.anabranch.replica.SyncWay;
import io.anabranch.replica.Watch;
import io.anabranch.replica.cli.DeviceCommand;
import io.anabranch.replica.grpc.RelayAddress;
import io.anabranch.replica.grpc.SyncException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The register under the rules of {@code legislators.yaml}: what each device has is computed independently and compared. */
final class ScopedRegisterIT {

    private static final Path RULES = Path.of("..", "relay", "examples", "legislators.yaml");
    private static final long PATIENCE_SECONDS = 30;
    private static final String MARK = "Unmistakable-Creed-4711";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private Office office;

    @SuppressWarnings("NullAway.Init")
    private Register register;

    @BeforeEach
    void fill() throws IOException {
        register = Register.read();
        register.records.forEach((key, fields) -> {
            if (key.type().equals("legislator")) {
                fields.put("religion", MARK);
            }
        });
        office = new Office(directory);
        office.command("schema", "apply", RULES.toString(), "--yes");
        office.command("user", "add", "boss", "--profile", "chief");
        office.enrol("boss", "boss", "").close();
        Path file = register.writeTo(directory.resolve("register.jsonl"));
        int status = new CommandLine(DeviceCommand.class)
                .execute("--data", office.directory("boss").toString(), "import", file.toString());
        assertThat(status).isZero();
        try (Replica boss = office.open("boss")) {
            assertThat(boss.sync(SyncWay.INCREMENTAL).errors()).isZero();
        }
    }

    @AfterEach
    void stop() {
        office.close();
    }

    private static void requireHas(Replica device, Map<RecordKey, JsonNode> expected) throws IOException {
        assertThat(Register.parsed(Office.dump(device))).isEqualTo(expected);
    }

    private static void awaitHas(Replica device, Map<RecordKey, JsonNode> expected) throws Exception {
        Awaitility.await()
                .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
                .untilAsserted(() -> requireHas(device, expected));
    }

    private boolean isInFilesOf(String device, String text) throws IOException {
        try (Stream<Path> files = Files.walk(office.directory(device))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(text)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void eachDeviceHasItsScopeAndChangesOfRulesArriveAsTheDifference() throws Exception {
        try (Replica maria = office.enrol("maria", "maria", "");
                Replica tom = office.enrol("tom", "tom", "");
                LiveConnection first = maria.live();
                LiveConnection second = tom.live()) {
            assertThat(List.of(first, second)).doesNotContainNull();
            awaitHas(maria, register.scope(Set.of("CA", "NV"), false, Set.of()));
            awaitHas(tom, register.scope(Set.of("TX"), true, Set.of()));
            List<String> touched = new CopyOnWriteArrayList<>();
            Watch watch = maria.watch(
                    "legislator", "", event -> touched.add(event.record().key().id()));
            office.command("user", "set", "tom", "--attr", "territory=NV,WA");
            office.command("scope", "set", "committees", "--columns", "name,url");
            Set<String> columns = Set.of("name", "url");
            awaitHas(tom, register.scope(Set.of("NV", "WA"), true, columns));
            awaitHas(maria, register.scope(Set.of("CA", "NV"), false, columns));
            assertThat(touched).isEmpty();
            moveOnePersonOutOfCalifornia(maria);
            awaitHas(maria, register.scope(Set.of("CA", "NV"), false, columns));
            awaitHas(tom, register.scope(Set.of("NV", "WA"), true, columns));
            assertThat(Set.copyOf(touched)).hasSize(1);
            office.command("scope", "remove", "accounts");
            watch.close();
            Map<RecordKey, JsonNode> without = register.scope(Set.of("CA", "NV"), false, columns);
            without.keySet().removeIf(key -> key.type().equals("social"));
            awaitHas(maria, without);
        }
    }

    /** Offices, accounts and memberships go along, and committees that no one else is a member of. */
    private void moveOnePersonOutOfCalifornia(Replica maria) {
        Map.Entry<RecordKey, ObjectNode> person = register.records.entrySet().stream()
                .filter(entry -> entry.getKey().type().equals("legislator"))
                .filter(entry -> entry.getValue().path("state").asText().equals("CA"))
                .findFirst()
                .orElseThrow();
        person.getValue().put("state", "WA");
        RecordKey moved = person.getKey();
        maria.commit(tx -> tx.record(moved.type(), moved.id()).set("state", "WA"));
    }

    @Test
    void whatAPersonMayNotSeeIsInNoneOfTheFiles() throws Exception {
        try (Replica tom = office.enrol("tom", "tom", "");
                Replica maria = office.enrol("maria", "maria", "")) {
            tom.sync(SyncWay.INCREMENTAL);
            maria.sync(SyncWay.INCREMENTAL);
        }
        assertThat(isInFilesOf("maria", MARK)).isTrue();
        assertThat(isInFilesOf("tom", MARK)).isFalse();
        office.command("user", "set", "maria", "--profile", "reader");
        try (Replica maria = office.open("maria")) {
            maria.sync(SyncWay.INCREMENTAL);
            requireHas(maria, register.scope(Set.of("CA", "NV"), true, Set.of()));
        }
        assertThat(isInFilesOf("maria", MARK)).isFalse();
    }

    @Test
    void rulesMayBeForSomeKindsOfDeviceOnly() throws Exception {
        office.command("scope", "set", "legislators", "--device-types", "tablet,phone");
        office.command("scope", "set", "committees", "--where", "type = 'joint' AND :device.type = 'phone'");
        try (Replica tablet = office.enrol("tablet", "maria", "tablet");
                Replica phone = office.enrol("phone", "maria", "phone");
                Replica other = office.enrol("other", "maria", "")) {
            for (Replica device : List.of(tablet, phone, other)) {
                device.sync(SyncWay.INCREMENTAL);
            }
            assertThat(tablet.find("legislator", "")).isNotEmpty().hasSameSizeAs(phone.find("legislator", ""));
            assertThat(other.find("legislator", "")).isEmpty();
            assertThat(phone.find("committee", "url IS NOT NULL")).isNotEmpty();
            assertThat(tablet.find("committee", "url IS NOT NULL")).isEmpty();
            assertThat(phone.find("legislator", "state = 'CA' AND :device.type = 'phone'"))
                    .isNotEmpty();
        }
        assertThat(office.command("device", "list")).contains("tablet");
    }

    @Test
    void aLimitNamesTheRuleToNarrow() {
        office.stop();
        RelayServerOptions options = RelayServerOptions.in(office.data());
        office.start(options.withLimits(options.limits().withScopes(new ScopeLimits(10, 1L << 30))));
        try (Replica maria = office.enrol("maria", "maria", "")) {
            assertThatThrownBy(() -> maria.sync(SyncWay.INCREMENTAL))
                    .isInstanceOf(SyncException.class)
                    .hasMessageContaining("rule");
        }
    }

    @Test
    void aDeviceWhoseCursorIsRefusedStartsOverAndLosesNothing() throws Exception {
        try (Replica maria = office.enrol("maria", "maria", "")) {
            maria.sync(SyncWay.INCREMENTAL);
            office.stop();
            copy(office.data(), directory.resolve("backup"));
            office.start(RelayServerOptions.in(office.data()));
            int port = office.relay().port();
            try (Replica boss = office.open("boss")) {
                boss.moveRelay(RelayAddress.parse(office.relay().address()));
                boss.commit(tx -> tx.record("legislator", "zz1")
                        .set("name_last", "Lost")
                        .set("name_first", "In the backup")
                        .set("state", "NV"));
                boss.sync(SyncWay.INCREMENTAL);
            }
            maria.moveRelay(RelayAddress.parse(office.relay().address()));
            maria.sync(SyncWay.INCREMENTAL);
            assertThat(maria.get("legislator", "zz1")).isPresent();
            office.stop();
            deleteAll(office.data());
            copy(directory.resolve("backup"), office.data());
            office.start(RelayServerOptions.in(office.data()).at("127.0.0.1", port));
            maria.commit(tx -> tx.record("legislator", "zz2")
                    .set("name_last", "Kept")
                    .set("name_first", "On the device")
                    .set("state", "NV"));
            maria.sync(SyncWay.INCREMENTAL);
            assertThat(maria.get("legislator", "zz1")).isEmpty();
            assertThat(maria.get("legislator", "zz2")).isPresent();
            assertThat(maria.status().pending()).isZero();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static void deleteAll(Path root) throws IOException {
        List<Path> all = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root)) {
            files.forEach(all::add);
        }
        for (int i = all.size() - 1; i >= 0; i--) {
            Files.delete(all.get(i));
        }
    }
}
