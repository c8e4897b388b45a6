package io.anabranch.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.relay.server.RelayServer;
import io.anabranch.relay.server.RelayServerOptions;
import io.anabranch.replica.Replica;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** A relay that serves in this process, the commands that administer it, and the commands of its devices. */
final class CliOffice implements AutoCloseable {

    private final Path directory;
    private final RelayServer relay;

    CliOffice(Path directory) {
        this(directory, InstantSource.system());
    }

    CliOffice(Path directory, InstantSource clock) {
        this.directory = directory;
        this.relay = RelayServer.start(
                RelayServerOptions.in(directory.resolve("relay")).withClock(clock));
    }

    void apply(String schema) {
        try {
            Path file = Files.writeString(directory.resolve("schema.yaml"), schema);
            relay("schema", "apply", file.toString(), "--yes");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path write(String name, String text) {
        try {
            return Files.writeString(directory.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Ran ran(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--data", directory.resolve("relay").toString()));
        return Ran.relay(all.toArray(String[]::new));
    }

    /** A relay command that has to succeed; what it printed. */
    String relay(String... arguments) {
        Ran ran = ran(arguments);
        assertThat(ran.status()).as(ran.err()).isZero();
        return ran.out();
    }

    void enrol(String name, String... more) {
        String code = relay("enrol-code", name).strip();
        List<String> all = new ArrayList<>(List.of("enrol", "--relay", relay.address(), "--code", code));
        all.addAll(List.of(more));
        device(name, all.toArray(String[]::new));
    }

    /** Where the relay listens. */
    String address() {
        return relay.address();
    }

    Path data(String name) {
        return directory.resolve(name);
    }

    /** A device's command that has to succeed; what it printed. */
    String device(String name, String... arguments) {
        Ran ran = Ran.device(data(name), arguments);
        assertThat(ran.status()).as(ran.err()).isZero();
        return ran.out();
    }

    /** The same, of a command that prints one JSON object a line. */
    List<JsonObject> objects(String name, String... arguments) {
        return lines(device(name, arguments));
    }

    static List<JsonObject> lines(String printed) {
        return printed.lines().map(JsonObject::new).toList();
    }

    Replica open(String name) {
        return Replica.open(data(name));
    }

    @Override
    public void close() {
        relay.close();
    }
}
