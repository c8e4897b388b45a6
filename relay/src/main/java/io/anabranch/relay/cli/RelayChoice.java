package io.anabranch.relay.cli;

import io.anabranch.relay.server.RelayDirectory;
import io.anabranch.replica.identity.IdentityException;
import io.anabranch.replica.identity.TlsIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options that say which relay is administered: that of a directory, running or not, or one at an address. */
final class RelayChoice {

    // Not required of picocli, which would ask a command for it whose subcommand has it.
    @ArgGroup(multiplicity = "0..1")
    private Where where = new Where();

    private static final class Where {

        @Option(
                names = "--data",
                paramLabel = "DIR",
                description = "The directory of the relay, whether it runs or not.")
        private @Nullable Path data;

        @ArgGroup(exclusive = false)
        private @Nullable Remote remote;
    }

    private static final class Remote {

        @Option(names = "--relay", required = true, paramLabel = "HOST:PORT", description = "The address of the relay.")
        private String address = "";

        @Option(
                names = "--administrator",
                required = true,
                paramLabel = "FILE.pem",
                description = "An administrator's key and certificate, as in the relay's administrator.pem.")
        private Path administrator = Path.of("");
    }

    /**
     * Access to the relay.
     *
     * @param mayCreate whether a directory in which no relay was ever started is made one
     */
    Administrator open(boolean mayCreate) {
        if (where.remote != null) {
            return new RemoteAdministrator(where.remote.address, identity(where.remote.administrator));
        } else if (where.data == null) {
            throw new CommandFailedException(
                    "Say which relay: --data DIR, or --relay HOST:PORT --administrator FILE.pem.");
        }
        RelayDirectory directory = new RelayDirectory(where.data);
        Optional<RelayDirectory.Running> running = directory.running();
        if (running.isPresent()) {
            return new RemoteAdministrator(running.get().address(), directory.administrator());
        } else if (!mayCreate && !directory.exists()) {
            throw new CommandFailedException(
                    "There is no relay in " + directory.path() + ". Start one there: anabranch relay serve --data DIR");
        }
        return new LocalAdministrator(directory);
    }

    private static TlsIdentity identity(Path file) {
        try {
            return TlsIdentity.parse(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new CommandFailedException("The administrator's file cannot be read: " + file
                    + ". It is administrator.pem in the relay's directory.");
        } catch (IdentityException e) {
            throw new CommandFailedException(
                    "The administrator's file cannot be used: " + file + ". " + e.getMessage());
        }
    }
}
