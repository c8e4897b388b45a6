package io.anabranch.bench.scope;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.relay.cli.RelayCommand;
import io.anabranch.relay.server.RelayServer;
import io.anabranch.relay.server.RelayServerOptions;
import io.anabranch.replica.Replica;
import io.anabranch.replica.grpc.DeviceLabel;
import io.anabranch.replica.grpc.RelayAddress;
import io.anabranch.replica.identity.EnrolmentCode;
import io.anabranch.replica.json.RecordJson;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** A relay in a directory, the commands that administer it, and its devices. */
final class Office implements AutoCloseable {

    private final Path directory;
    private RelayServer relay;

    Office(Path directory) {
        this.directory = directory;
        this.relay = RelayServer.start(RelayServerOptions.in(data()));
    }

    /** The relay's directory. */
    Path data() {
        return directory.resolve("relay");
    }

    Path directory(String device) {
        return directory.resolve(device);
    }

    /** A relay command that has to succeed; what it printed. */
    String command(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--data", data().toString()));
        int status = new CommandLine(RelayCommand.class)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(all.toArray(String[]::new));
        assertThat(status).as(err.toString()).isZero();
        return out.toString();
    }

    /** A new device, of a type. */
    Replica enrol(String name, String user, String type) {
        Replica replica = open(name);
        String code = relay.administration().createEnrolmentCode(user).getCode();
        replica.enrol(RelayAddress.parse(relay.address()), EnrolmentCode.parse(code), new DeviceLabel(name, type));
        return replica;
    }

    Replica open(String name) {
        return Replica.open(directory(name));
    }

    void stop() {
        relay.close();
    }

    void start(RelayServerOptions options) {
        relay = RelayServer.start(options);
    }

    RelayServer relay() {
        return relay;
    }

    /** What a device has, a line a record. */
    static List<String> dump(Replica replica) {
        List<String> lines = new ArrayList<>();
        replica.forEach(record -> lines.add(RecordJson.line(record)));
        return lines;
    }

    @Override
    public void close() {
        relay.close();
    }
}
