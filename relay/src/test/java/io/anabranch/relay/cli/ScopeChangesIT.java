package io.anabranch.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.replica.LiveConnection;
import io.anabranch.replica.Replica;
import io.anabranch.replica.SyncWay;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What devices have when rules are added and time goes by, and what is said of it beforehand. */
class ScopeChangesIT {

    private static final String SCHEMA = """
            types:
              visit: {fields: {held: datetime, owner: text}}
              note: {fields: {text: text, more: text}}
            rules:
              visits: {type: visit, where: "MILLIS(held) >= :now - 7 DAYS"}
            users: {maria: {}, tom: {}}
            """;

    @TempDir
    private Path directory;

    @Test
    void aWindowOfTimeMovesByItself() {
        Instant start = Instant.now();
        AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
        try (CliOffice office = new CliOffice(directory, () -> Instant.now().plus(ahead.get()))) {
            office.apply(SCHEMA);
            office.enrol("maria");
            office.enrol("tom");
            long nearlyOver =
                    start.minus(Duration.ofDays(7)).plus(Duration.ofHours(2)).toEpochMilli();
            office.device("maria", "put", "visit/old", "held=" + nearlyOver);
            office.device("maria", "put", "visit/new", "held=" + start);
            office.device("maria", "sync");
            try (Replica tom = office.open("tom");
                    LiveConnection live = tom.live()) {
                assertThat(live).isNotNull();
                await(() -> tom.find("visit", "").size() == 2);
                ahead.set(Duration.ofHours(3));
                await(() -> tom.find("visit", "").size() == 1);
                assertThat(tom.get("visit", "old")).isEmpty();
                ahead.set(Duration.ofDays(8));
                await(() -> tom.find("visit", "").isEmpty());
            }
        }
    }

    @Test
    void anAddedRuleBringsWhatItSelectsToThoseItIsFor() {
        try (CliOffice office = new CliOffice(directory)) {
            office.apply(SCHEMA);
            office.enrol("maria", "--type", "tablet");
            office.enrol("tom", "--type", "phone");
            office.device("maria", "put", "note/n1", "text=x");
            office.device("maria", "sync");
            office.device("tom", "sync");
            assertThat(office.device("tom", "dump")).isEmpty();
            JsonObject added = new JsonObject(
                    office.relay("scope", "add", "notes", "--type", "note", "--device-types", "phone", "--json"));
            assertThat(added.getBoolean("inEffect")).isTrue();
            office.device("tom", "sync");
            office.device("maria", "sync");
            assertThat(office.device("tom", "dump")).contains("n1");
            assertThat(office.device("maria", "dump")).isEmpty();
        }
    }

    @Test
    void aPreviewSaysWhoGetsAndLosesWhatAndWhichRulesAreOdd() {
        try (CliOffice office = new CliOffice(directory)) {
            office.apply(SCHEMA);
            office.enrol("maria", "--type", "tablet");
            office.enrol("tom", "--type", "phone");
            office.device("maria", "put", "visit/v1", "held=" + System.currentTimeMillis(), "owner=maria");
            office.device("maria", "put", "visit/v2", "held=" + System.currentTimeMillis(), "owner=tom");
            office.device("maria", "put", "note/n1", "text=x");
            office.device("maria", "put", "memo/m1", "text=x");
            office.device("maria", "sync");
            office.device("tom", "sync");
            Path file = office.write("proposed.yaml", """
                    rules:
                      visits: {type: visit, where: "owner = :user.id"}
                      notes: {type: note, deviceTypes: [tablet]}
                      none: {type: visit, where: "owner = 'nobody'"}
                    """);
            JsonObject preview = new JsonObject(office.relay("scope", "preview", file.toString(), "--json"));
            JsonObject maria = preview.getJsonArray("users").getJsonObject(0);
            JsonObject tom = preview.getJsonArray("users").getJsonObject(1);
            assertThat(maria.getString("user")).isEqualTo("maria");
            assertThat(maria.getInteger("recordsIn")).isEqualTo(1);
            assertThat(maria.getInteger("recordsOut")).isEqualTo(1);
            assertThat(maria.getInteger("recordsAfter")).isEqualTo(2);
            assertThat(maria.getInteger("bytesIn")).isBetween(10, 200);
            assertThat(tom.getInteger("recordsIn")).isZero();
            assertThat(tom.getInteger("recordsOut")).isEqualTo(1);
            assertThat(tom.getInteger("recordsAfter")).isEqualTo(1);
            assertThat(preview.getJsonArray("matchingNothing")).isEqualTo(new JsonArray().add("none"));
            assertThat(preview.getJsonArray("alwaysTrue")).isEqualTo(new JsonArray().add("notes"));
            assertThat(preview.getJsonArray("typesWithoutRule")).isEqualTo(new JsonArray().add("memo"));
            office.relay("schema", "apply", file.toString(), "--yes");
            office.device("maria", "sync");
            office.device("tom", "sync");
            assertThat(office.objects("maria", "dump")).hasSize(maria.getInteger("recordsAfter"));
            assertThat(office.objects("tom", "dump")).hasSize(tom.getInteger("recordsAfter"));
        }
    }

    @Test
    void whatLeftIsInNoneOfTheFilesOnceTheDeviceIsClosed() throws IOException {
        try (CliOffice office = new CliOffice(directory)) {
            office.apply(SCHEMA);
            office.relay("scope", "add", "notes", "--type", "note", "--where", "text <> 'gone'");
            office.enrol("maria");
            office.enrol("tom");
            office.device("maria", "put", "note/n1", "text=here", "more=Unmistakable-4711");
            office.device("maria", "put", "note/other", "text=here");
            office.device("maria", "sync");
            office.device("tom", "sync");
            assertThat(isInFiles(office.data("tom"), "Unmistakable-4711")).isTrue();
            office.device("maria", "put", "note/n1", "text=gone");
            office.device("maria", "sync");
            try (Replica tom = office.open("tom")) {
                tom.sync(SyncWay.INCREMENTAL);
                assertThat(tom.find("note", "")).hasSize(1);
            }
            assertThat(isInFiles(office.data("tom"), "Unmistakable-4711")).isFalse();
        }
    }

    private static boolean isInFiles(Path data, String text) throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(text)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void theCodeSaysWhatKindOfDeviceItIs() {
        try (CliOffice office = new CliOffice(directory)) {
            String code =
                    office.relay("enrol-code", "maria", "--type", "tablet").strip();
            assertThat(Ran.device(
                                    office.data("maria"),
                                    "enrol",
                                    "--relay",
                                    office.address(),
                                    "--code",
                                    code,
                                    "--type",
                                    "phone")
                            .status())
                    .isNotZero();
            office.device("maria", "enrol", "--relay", office.address(), "--code", code);
            assertThat(office.relay("device", "list", "--json")).contains("tablet");
            try (Replica maria = office.open("maria")) {
                maria.commit(tx -> tx.record("note", "n").set("text", "x"));
                assertThat(maria.find("note", ":device.type = 'tablet'")).hasSize(1);
            }
        }
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(condition);
    }
}
