package io.anabranch.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two records become one while devices are away. */
class MergeCommandIT {

    private static final String SCHEMA = """
            types:
              account: {fields: {name: text, phone: text, fax: text, tags: {kind: set}}}
              call: {fields: {account: {type: reference, references: account}, also: {type: reference, references: account, kind: set}}}
            """;

    @TempDir
    private Path directory;

    @Test
    void whatDevicesHaveStillToSendGoesToTheSurvivor() {
        try (CliOffice office = new CliOffice(directory)) {
            office.apply(SCHEMA);
            office.enrol("maria");
            office.enrol("tom");
            office.device("maria", "put", "account/a", "name=Clinic", "fax=555-0199", "tags=[\"early\"]");
            office.device("maria", "put", "account/b", "name=Harbour Clinic");
            office.device("maria", "put", "account/c", "name=Harbour Clinic Ltd");
            office.device("maria", "put", "call/c1", "account=a", "also=[\"a\",\"c\"]");
            office.device("maria", "sync");
            office.device("tom", "sync");
            office.device("tom", "put", "account/a", "phone=555-0100", "tags=[\"late\"]");
            office.device("tom", "put", "call/c2", "account=a");

            JsonObject planned = new JsonObject(office.relay("merge", "account/a", "account/b", "--dry-run", "--json"));
            assertThat(planned.getBoolean("merged")).isFalse();
            assertThat(planned.getJsonObject("takenOver"))
                    .isEqualTo(new JsonObject().put("fax", "555-0199").put("tags", new JsonArray().add("early")));
            assertThat(planned.getJsonObject("repointed"))
                    .isEqualTo(new JsonObject().put("call.account", 1).put("call.also", 1));
            assertThat(office.relay("merge", "account/a", "account/b")).contains("~ call.account  (1 record)");
            assertThat(office.ran("merge", "account/b", "account/a").err()).contains("merged before");
            assertThat(office.ran("merge", "account/b", "call/c1").err()).contains("one type");
            assertThat(office.ran("merge", "account/b", "account/c", "--take", "none")
                            .err())
                    .contains("no such field");
            office.relay("merge", "account/b", "account/c", "--take", "name", "--keep", "fax", "--json");

            office.device("tom", "sync");
            office.device("maria", "sync");
            office.device("tom", "sync");
            for (String device : new String[] {"tom", "maria"}) {
                assertThat(Ran.device(office.data(device), "get", "account/a").status())
                        .isNotZero();
                assertThat(office.device(device, "get", "account/c"))
                        .contains("Harbour Clinic", "555-0100", "late")
                        .doesNotContain("Ltd", "555-0199", "early");
                assertThat(office.device(device, "get", "call/c1", "--json"))
                        .contains("\"account\":\"c\"")
                        .doesNotContain("\"a\"");
                assertThat(office.device(device, "get", "call/c2", "--json")).contains("\"account\":\"c\"");
                assertThat(office.device(device, "errors")).isEmpty();
                assertThat(office.device(device, "pending")).isEmpty();
            }
            assertThat(office.device("tom", "dump")).isEqualTo(office.device("maria", "dump"));
        }
    }
}
