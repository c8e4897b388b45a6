package io.anabranch.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.relay.server.RelayDirectory;
import io.anabranch.relay.server.RelayServer;
import io.anabranch.relay.server.RelayServerOptions;
import io.anabranch.replica.identity.EnrolmentCode;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands, on a relay that runs, one that does not, and one that is a process of its own. */
class RelayCommandIT {

    @TempDir
    private Path directory;

    private String data = "";

    @BeforeEach
    void nameTheDirectory() {
        data = directory.resolve("relay").toString();
    }

    private void administer() {
        assertThat(Ran.relay("user", "add", "ann", "--attr", "territory=West", "--profile", "sales", "--data", data))
                .isEqualTo(new Ran(0, "", ""));
        assertThat(Ran.relay("user", "add", "ann", "--data", data).err()).contains("user set ann");
        assertThat(Ran.relay("user", "set", "ann", "--attr", "level=2", "--attr", "territory=", "--data", data)
                        .status())
                .isZero();
        assertThat(Ran.relay("user", "set", "bob", "--data", data)).satisfies(ran -> {
            assertThat(ran.status()).isNotZero();
            assertThat(ran.err()).contains("user add bob");
        });
        Ran code = Ran.relay("enrol-code", "cem", "--data", data);
        assertThat(code.status()).isZero();
        assertThat(EnrolmentCode.parse(code.out().strip()).text())
                .isEqualTo(code.out().strip());
        List<String> users = Ran.relay("user", "list", "--json", "--data", data)
                .out()
                .lines()
                .toList();
        assertThat(users).hasSize(2);
        assertThat(new JsonObject(users.get(0)))
                .isEqualTo(new JsonObject(
                        "{\"name\":\"ann\",\"profile\":\"sales\",\"active\":true,\"attributes\":{\"level\":2}}"));
        assertThat(Ran.relay("device", "list", "--json", "--data", data)).isEqualTo(new Ran(0, "", ""));
        assertThat(Ran.relay("device", "list", "--data", data).out()).startsWith("REPLICA");
        assertThat(new JsonObject(Ran.relay("enrol-code", "cem", "--json", "--data", data)
                                .out())
                        .getLong("expiresMillis"))
                .isPositive();
        assertThat(Ran.relay("enrol-code", "\u0007", "--data", data).err()).contains("Choose another name");
    }

    @Test
    void aRelayThatDoesNotRunIsAdministeredInItsDirectory() {
        administer();
    }

    @Test
    void aRelayThatRunsIsAdministeredThroughItsDirectory() {
        try (RelayServer relay = RelayServer.start(RelayServerOptions.in(Path.of(data)))) {
            administer();
            assertThat(relay.administration().userCount()).isEqualTo(2);
        }
        assertThat(Ran.relay("user", "list", "--json", "--data", data).out().lines())
                .hasSize(2);
    }

    @Test
    void aRelayIsAdministeredFromAfar() {
        try (RelayServer relay = RelayServer.start(RelayServerOptions.in(Path.of(data)))) {
            String file = new RelayDirectory(Path.of(data)).administratorFile().toString();
            Ran ran = Ran.relay("user", "list", "--relay", relay.address(), "--administrator", file);
            assertThat(ran.status()).isZero();
            assertThat(ran.out()).startsWith("NAME");
        }
    }

    @Test
    void theAdministratorsFileIsItsOwnersAlone() throws IOException {
        RelayServer.start(RelayServerOptions.in(Path.of(data))).close();
        assertThat(Files.getPosixFilePermissions(new RelayDirectory(Path.of(data)).administratorFile()))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void whatIsWrongIsSaidWithWhatToDo() {
        assertThat(Ran.relay("user", "list", "--data", data)).satisfies(ran -> {
            assertThat(ran.status()).isNotZero();
            assertThat(ran.err()).contains("relay serve");
            assertThat(ran.out()).isEmpty();
        });
        assertThat(Ran.relay("user", "list").status()).isNotZero();
        assertThat(Ran.relay("user", "list", "--relay", "localhost:1").status()).isNotZero();
        assertThat(Ran.relay().err()).contains("Say what to do");
        assertThat(Ran.relay("serve", "--data", data, "--port", "70000").err()).contains("port");
        assertThat(Ran.relay("user", "--help").status()).isZero();
    }

    @Test
    void aRelayThatCannotBeReachedIsSaidSo() {
        RelayServer.start(RelayServerOptions.in(Path.of(data))).close();
        String file = new RelayDirectory(Path.of(data)).administratorFile().toString();
        assertThat(Ran.relay("user", "list", "--relay", "127.0.0.1:1", "--administrator", file)
                        .err())
                .contains("cannot be reached");
    }

    @Test
    void aRelayIsAProcessThatSaysWhereItIsAndEndsWhenToldTo() throws Exception {
        Process relay = serve();
        try (BufferedReader out = relay.inputReader()) {
            String line = out.readLine();
            assertThat(line).matches("listening on https://127\\.0\\.0\\.1:\\d+");
            assertThat(Ran.relay("user", "add", "ann", "--data", data).err()).isEmpty();

            Process second = serve();
            assertThat(new String(second.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("the store is in use by another process");
            assertThat(second.waitFor()).isEqualTo(1);

            relay.destroy();
            assertThat(relay.waitFor(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            relay.destroyForcibly();
        }
        assertThat(directory.resolve("relay/relay.json")).doesNotExist();
        assertThat(Ran.relay("user", "list", "--json", "--data", data).out()).contains("ann");
    }

    @Test
    void aRelayThatWasKilledIsNotTakenForOneThatRuns() throws Exception {
        Process relay = serve();
        try (BufferedReader out = relay.inputReader()) {
            assertThat(out.readLine()).startsWith("listening");
            relay.destroyForcibly().waitFor();
        }
        assertThat(directory.resolve("relay/relay.json")).exists();
        assertThat(Ran.relay("user", "add", "ann", "--data", data)).isEqualTo(new Ran(0, "", ""));
    }

    private Process serve() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                "-Djava.io.tmpdir=" + directory,
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                RelayCommand.class.getName()));
        command.addAll(List.of("serve", "--data", data, "--port", "0"));
        return new ProcessBuilder(command).start();
    }
}
