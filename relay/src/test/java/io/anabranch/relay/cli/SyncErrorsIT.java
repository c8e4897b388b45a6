package io.anabranch.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.proto.RejectionCode;
import io.anabranch.replica.LiveConnection;
import io.anabranch.replica.Replica;
import io.anabranch.replica.ReplicaStatus;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of rejected commits: on the device, and at the relay. */
class SyncErrorsIT {

    private static final String SCHEMA = """
            types:
              account: {life: deleteWins, fields: {name: text}}
              call:
                fields: {title: {type: text, length: 5}, visits: integer}
                validations: {few: {check: visits <= 3, message: At most three visits.}}
            """;
    private static final String LOOSER = SCHEMA.replace("visits <= 3", "visits <= 9");
    private static final String STRICTER = SCHEMA.replace("title:", "owner: {type: text, required: true}, title:");

    @TempDir
    private Path directory;

    private CliOffice office;

    @BeforeEach
    void start() {
        office = new CliOffice(directory);
        office.apply(SCHEMA);
        office.enrol("maria");
        office.enrol("tom");
    }

    @AfterEach
    void stop() {
        office.close();
    }

    private List<JsonObject> errors(String device) {
        return office.objects(device, "errors", "--json");
    }

    /** The number of the only sync error. */
    private String onlyError(String device, String code) {
        List<JsonObject> errors = errors(device);
        assertThat(errors).hasSize(1);
        assertThat(errors.get(0).getString("code")).isEqualTo(code);
        return errors.get(0).getValue("seq").toString();
    }

    @Test
    void anErrorIsRetriedWithEditsOrDiscarded() {
        office.device("maria", "put", "call/c1", "title=toolong", "visits=1", "--no-check");
        office.device("maria", "sync");
        String seq = onlyError("maria", "TOO_LONG");
        assertThat(office.device("maria", "get", "call/c1")).contains("toolong");
        office.device("maria", "errors", "retry", seq, "title=short");
        office.device("maria", "sync");
        assertThat(errors("maria")).isEmpty();
        office.device("tom", "sync");
        assertThat(office.device("tom", "get", "call/c1")).contains("short").doesNotContain("toolong");
        office.device("maria", "put", "call/c1", "visits=7", "--no-check");
        office.device("maria", "sync");
        office.device("maria", "errors", "discard", onlyError("maria", "VALIDATION_FAILED"));
        assertThat(office.device("maria", "get", "call/c1", "--json")).contains("\"visits\":1");
        assertThat(errors("maria")).isEmpty();
    }

    @Test
    void anEditOfWhatWasDeletedBringsItBack() {
        office.device("maria", "put", "account/a1", "name=Clinic");
        office.device("maria", "sync");
        office.device("tom", "sync");
        office.device("tom", "delete", "account/a1");
        office.device("tom", "sync");
        office.device("maria", "put", "account/a1", "name=Harbour");
        office.device("maria", "sync");
        String seq = onlyError("maria", "RECORD_DELETED");
        office.device("maria", "errors", "undelete", seq);
        office.device("maria", "sync");
        assertThat(errors("maria")).isEmpty();
        office.device("tom", "sync");
        assertThat(office.device("tom", "get", "account/a1")).contains("Harbour");
    }

    @Test
    void theOfficeSeesErrorsByUserWithContentAndRetriesThemWhenTheRuleIsChanged() {
        office.device("maria", "put", "call/c1", "title=one", "visits=5", "--no-check");
        office.device("maria", "sync");
        office.device("tom", "put", "call/c2", "title=two", "visits=50", "--no-check");
        office.device("tom", "sync");
        List<JsonObject> ofMaria = CliOffice.lines(office.relay("errors", "--user", "maria", "--json"));
        assertThat(ofMaria).hasSize(1);
        assertThat(ofMaria.get(0).getJsonObject("rejection").getString("code")).isEqualTo("VALIDATION_FAILED");
        assertThat(ofMaria.get(0).getJsonArray("content").getJsonObject(0).getJsonObject("fields"))
                .isEqualTo(new JsonObject().put("title", "one").put("visits", 5));
        assertThat(CliOffice.lines(office.relay("errors", "--json"))).hasSize(2);
        assertThat(office.ran("errors", "retry", "--all").status()).isEqualTo(1);
        office.apply(LOOSER);
        Ran retried = office.ran("errors", "retry", "--all", "--json");
        assertThat(retried.status()).isEqualTo(1);
        assertThat(CliOffice.lines(retried.out()))
                .extracting(line -> line.getString("user") + line.getBoolean("accepted"))
                .containsExactlyInAnyOrder("mariatrue", "tomfalse");
        assertThat(office.relay("errors", "--json")).contains("tom").doesNotContain("maria");
        office.device("maria", "sync");
        assertThat(errors("maria")).isEmpty();
        office.device("tom", "sync");
        assertThat(office.device("tom", "get", "call/c1")).contains("one");
        onlyError("tom", "VALIDATION_FAILED");
    }

    @Test
    void theOfficeIsAskedAndIsNotShownWhatWasDiscarded() {
        office.device("maria", "put", "call/c1", "title=one", "visits=5", "--no-check");
        office.device("maria", "put", "call/c2", "title=two", "visits=5", "--no-check");
        office.device("maria", "put", "call/c3", "title=three", "visits=5", "--no-check");
        office.device("maria", "sync");
        List<String> seqs = errors("maria").stream()
                .map(error -> error.getValue("seq").toString())
                .toList();
        office.device("maria", "errors", "ask", seqs.get(0), "It", "was", "five.");
        office.device("maria", "errors", "discard", seqs.get(1));
        office.device("maria", "errors", "retry", seqs.get(2), "visits=2");
        office.device("maria", "sync");
        List<JsonObject> listed = CliOffice.lines(office.relay("errors", "--json"));
        assertThat(listed).hasSize(1);
        assertThat(listed.get(0).getString("note")).isEqualTo("It was five.");
        assertThat(office.relay("errors")).contains("It was five.");
        office.apply(LOOSER);
        office.relay("errors", "retry", "--all");
        office.device("tom", "sync");
        assertThat(office.device("tom", "get", "call/c1")).contains("one");
        assertThat(Ran.device(office.data("tom"), "get", "call/c2").status()).isNotZero();
        assertThat(office.device("tom", "get", "call/c3", "--json")).contains("\"visits\":2");
    }

    @Test
    void whoIsRejectedAgainLearnsTheReasonOfNow() {
        office.device("maria", "put", "call/c1", "title=one", "visits=5", "--no-check");
        office.device("maria", "sync");
        onlyError("maria", "VALIDATION_FAILED");
        office.apply(STRICTER);
        assertThat(office.ran("errors", "retry", "--all").status()).isEqualTo(1);
        office.device("maria", "sync");
        onlyError("maria", "REQUIRED_FIELD_MISSING");
        try (Replica maria = office.open("maria");
                LiveConnection live = maria.live()) {
            assertThat(live).isNotNull();
            await(() -> assertThat(maria.status().phase()).isEqualTo(ReplicaStatus.Phase.LIVE));
            office.apply(SCHEMA);
            assertThat(office.ran("errors", "retry", "--all").status()).isEqualTo(1);
            await(() -> assertThat(maria.errors().list(1).get(0).rejection().getCode())
                    .isEqualTo(RejectionCode.VALIDATION_FAILED));
        }
    }

    @Test
    void aLiveDeviceLearnsOfARetryAtOnce() {
        try (Replica maria = office.open("maria");
                LiveConnection live = maria.live()) {
            assertThat(live).isNotNull();
            maria.commit(tx ->
                    tx.unchecked().record("call", "c1").set("title", "one").set("visits", 5));
            await(() -> assertThat(maria.errors().list(10)).hasSize(1));
            office.apply(LOOSER);
            office.relay("errors", "retry", "--all");
            await(() -> {
                assertThat(maria.errors().list(10)).isEmpty();
                assertThat(maria.status().pending()).isZero();
            });
            assertThat(maria.get("call", "c1")).isPresent();
        }
    }

    private static void await(ThrowingRunnable assertion) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(assertion);
    }
}
