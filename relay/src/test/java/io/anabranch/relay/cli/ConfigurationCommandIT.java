package io.anabranch.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.relay.server.RelayDirectory;
import io.anabranch.relay.server.RelayServer;
import io.anabranch.relay.server.RelayServerOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands about configuration, on a relay that runs and one that does not. */
class ConfigurationCommandIT {

    private static final String FILE = """
            types:
              account: {fields: {name: {type: text, required: true}, owner: text}}
              call: {fields: {account: {type: reference, references: account}}}
            profiles:
              rep: {}
            """;

    @TempDir
    private Path directory;

    private String data = "";

    @BeforeEach
    void nameTheDirectory() {
        data = directory.resolve("relay").toString();
    }

    private String file(String text) {
        try {
            return Files.writeString(directory.resolve("schema.yaml"), text).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Ran ok(Ran ran) {
        assertThat(ran.err()).isEmpty();
        assertThat(ran.status()).isZero();
        return ran;
    }

    private void configure() {
        String file = file(FILE);
        assertThat(ok(Ran.relay("schema", "apply", file, "--dry-run", "--data", data))
                        .out())
                .contains("+ types.account");
        assertThat(ok(Ran.relay("schema", "show", "--data", data)).out()).contains("Nothing is configured");
        JsonObject applied = new JsonObject(
                ok(Ran.relay("schema", "apply", file, "--json", "--data", data)).out());
        assertThat(applied.getBoolean("applied")).isTrue();
        assertThat(applied.getBoolean("inEffect")).isTrue();
        assertThat(applied.getJsonArray("changes")).hasSize(3);
        assertThat(ok(Ran.relay("schema", "apply", file, "--yes", "--data", data))
                        .out())
                .isEqualToIgnoringNewLines("Nothing changes.");
        String shown = ok(Ran.relay("schema", "show", "--yaml", "--data", data)).out();
        assertThat(ok(Ran.relay("schema", "apply", file(shown), "--data", data)).out())
                .isEqualToIgnoringNewLines("Nothing changes.");
        Ran wrong = Ran.relay("schema", "apply", file("types:\n  call: {fild: {}}\n"), "--data", data);
        assertThat(wrong.status()).isEqualTo(1);
        assertThat(wrong.err()).contains("schema.yaml:2:10: this key is not known: fild; did you mean fields?");
    }

    private void scope() {
        ok(Ran.relay("scope", "add", "mine", "--type", "account", "--where", "owner = :user.id", "--data", data));
        assertThat(Ran.relay("scope", "add", "mine", "--type", "account", "--data", data)
                        .err())
                .contains("scope set mine");
        assertThat(Ran.relay("scope", "set", "mine", "--where", "owner = ", "--data", data)
                        .err())
                .contains("rules.mine.where");
        assertThat(Ran.relay("scope", "set", "mine", "--profiles", "rap", "--data", data)
                        .err())
                .contains("did you mean rep?");
        ok(Ran.relay(
                "scope", "set", "mine", "--profiles", "rep", "--columns", "name,owner", "--inactive", "--data", data));
        assertThat(new JsonObject(
                        ok(Ran.relay("scope", "list", "--json", "--data", data)).out()))
                .isEqualTo(new JsonObject("""
                                {"name": "mine", "type": "account", "kind": "top", "where": "owner = :user.id", "parent": "",
                                 "deviceTypes": [], "profiles": ["rep"], "columns": ["name", "owner"],
                                 "metadataOnly": false, "attachments": "none", "active": false}
                                """));
        assertThat(ok(Ran.relay("scope", "list", "--data", data)).out()).startsWith("NAME");
        JsonObject removed = new JsonObject(ok(Ran.relay("scope", "remove", "mine", "--json", "--data", data))
                .out());
        assertThat(removed.getBoolean("changed")).isTrue();
        assertThat(removed.getBoolean("inEffect")).isTrue();
        assertThat(Ran.relay("scope", "remove", "mine", "--data", data).err()).contains("scope list");
        assertThat(ok(Ran.relay("scope", "list", "--json", "--data", data)).out())
                .isEmpty();
    }

    private void users() {
        ok(Ran.relay("user", "add", "ann", "--attr", "territory=West,East", "--profile", "rep", "--data", data));
        assertThat(Ran.relay("user", "add", "bob", "--profile", "rap", "--data", data)
                        .err())
                .contains("did you mean rep?");
        assertThat(Ran.relay("user", "set", "ann", "--attr", "profile=x", "--data", data)
                        .status())
                .isEqualTo(1);
        ok(Ran.relay("user", "set", "ann", "--active", "false", "--data", data));
        assertThat(new JsonObject(
                        ok(Ran.relay("user", "list", "--json", "--data", data)).out()))
                .isEqualTo(new JsonObject("""
                                {"name": "ann", "profile": "rep", "active": false, "attributes": {"territory": ["West", "East"]}}
                                """));
    }

    private void errors() {
        assertThat(ok(Ran.relay("errors", "--data", data)).out()).startsWith("ID");
        assertThat(ok(Ran.relay("errors", "--json", "--user", "ann", "--data", data))
                        .out())
                .isEmpty();
        ok(Ran.relay("errors", "retry", "--all", "--data", data));
        assertThat(Ran.relay("errors", "retry", "--data", data).err()).contains("--all");
        assertThat(Ran.relay("errors", "retry", "x", "--data", data).err()).contains("not the id");
        assertThat(Ran.relay("errors", "retry", "00000000000000ff/3", "--data", data)
                        .err())
                .contains("no rejected commit");
    }

    @Test
    void aRelayThatDoesNotRunIsConfiguredInItsDirectory() {
        configure();
        scope();
        users();
        errors();
    }

    @Test
    void aRelayThatRunsIsConfiguredToo() {
        try (RelayServer relay = RelayServer.start(RelayServerOptions.in(Path.of(data)))) {
            configure();
            scope();
            users();
            errors();
            String file = new RelayDirectory(Path.of(data)).administratorFile().toString();
            assertThat(ok(Ran.relay("schema", "show", "--json", "--relay", relay.address(), "--administrator", file))
                            .out())
                    .startsWith("{\"types\":");
        }
    }
}
