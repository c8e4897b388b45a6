package io.anabranch.relay.cli;

import io.anabranch.relay.authority.AuthorityKeys;
import io.anabranch.relay.server.RelayDirectory;
import io.anabranch.replica.identity.TlsIdentity;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code relay authority}: the keys of the certificate authority, in the relay's directory, whether it runs or not. */
@Command(
        name = "authority",
        description =
                "Show and replace the keys of the certificate authority, on the relay's machine. A relay that runs uses other keys within"
                        + " seconds. No device is enrolled again.",
        mixinStandardHelpOptions = true,
        subcommands = {
            AuthorityCommand.Show.class,
            AuthorityCommand.RotateIssuing.class,
            AuthorityCommand.RotateRoot.class,
            AuthorityCommand.ExportRoot.class
        })
final class AuthorityCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Say what to do: show, rotate-issuing, rotate-root or export-root.");
    }

    /** Works on the files of a directory. */
    abstract static class OnFiles extends RelayTask {

        @Option(names = "--data", required = true, paramLabel = "DIR", description = "The directory of the relay.")
        private Path data = Path.of("");

        final AuthorityKeys keys() {
            RelayDirectory directory = new RelayDirectory(data);
            if (!directory.exists()) {
                throw new CommandFailedException("There is no relay in " + directory.path()
                        + ". Start one there: anabranch relay serve --data DIR");
            }
            return directory.authorityKeys(new SecureRandom());
        }
    }

    /** Needs the root's key. */
    abstract static class WithRoot extends OnFiles {

        @Option(
                names = "--root",
                paramLabel = "FILE",
                description = "The root's key as export-root wrote it, if it is not in the directory.")
        private @Nullable Path root;

        final Optional<TlsIdentity> root() {
            try {
                return root == null
                        ? Optional.empty()
                        : Optional.of(TlsIdentity.parse(Files.readString(root, StandardCharsets.ISO_8859_1)));
            } catch (IOException e) {
                throw new UncheckedIOException("The root's file cannot be read: " + root, e);
            }
        }
    }

    @Command(
            name = "show",
            description = "Say what there is: the roots, the current one first, and the issuing authority.",
            mixinStandardHelpOptions = true)
    static final class Show extends OnFiles {

        @Option(names = "--json", description = "As a JSON object.")
        private boolean json;

        @Override
        void perform() {
            AuthorityKeys.Held held = keys().read();
            if (json) {
                JsonArray roots = new JsonArray();
                held.roots().roots().forEach(root -> roots.add(json(root)));
                print(new JsonObject()
                        .put("issuing", json(held.issuing().certificate()))
                        .put("roots", roots)
                        .put("rootKeyHere", held.hasRootKey())
                        .encode());
                return;
            }
            List<List<String>> lines = new ArrayList<>();
            X509Certificate issuing = held.issuing().certificate();
            lines.add(List.of("issuing", name(issuing), expires(issuing), "here"));
            for (X509Certificate root : held.roots().roots()) {
                boolean isHere = root.equals(held.root()) && held.hasRootKey();
                lines.add(List.of("root", name(root), expires(root), isHere ? "here" : "elsewhere"));
            }
            new TextTable("AUTHORITY", "NAME", "EXPIRES", "KEY")
                    .rows(lines, line -> line)
                    .lines()
                    .forEach(this::print);
        }

        private static JsonObject json(X509Certificate certificate) {
            return new JsonObject().put("name", name(certificate)).put("expires", expires(certificate));
        }

        private static String name(X509Certificate certificate) {
            return certificate.getSubjectX500Principal().getName();
        }

        private static String expires(X509Certificate certificate) {
            return certificate.getNotAfter().toInstant().toString();
        }
    }

    @Command(
            name = "rotate-issuing",
            description =
                    "Make another issuing key. Needs the root's key. Certificates of the one before are good until they expire.",
            mixinStandardHelpOptions = true)
    static final class RotateIssuing extends WithRoot {

        @Override
        void perform() {
            AuthorityKeys.Held held = keys().rotateIssuing(root());
            print("issuing authority: " + Show.name(held.issuing().certificate()));
        }
    }

    @Command(
            name = "rotate-root",
            description =
                    "Make another root, for which the current one vouches, and an issuing key of it. Needs the current root's key; the"
                            + " new one's is in the directory afterwards. Devices learn of it when they sync, and get certificates of it.",
            mixinStandardHelpOptions = true)
    static final class RotateRoot extends WithRoot {

        @Override
        void perform() {
            AuthorityKeys.Held held = keys().rotateRoot(root());
            print("root: " + Show.name(held.root()));
            err().println("Take its key off this machine with: relay authority export-root FILE");
            err().flush();
        }
    }

    @Command(
            name = "export-root",
            description =
                    "Write the root's key and certificate to a file and remove the key from the relay's directory. The relay runs"
                            + " without it; rotate-issuing and rotate-root need it, and so does a relay whose issuing key has expired.",
            mixinStandardHelpOptions = true)
    static final class ExportRoot extends OnFiles {

        @Parameters(paramLabel = "FILE", description = "Where it goes, such as a stick; nothing may be there.")
        private Path file = Path.of("");

        @Override
        void perform() {
            AuthorityKeys keys = keys();
            String pem = keys.exportRoot();
            try {
                boolean posix =
                        file.getFileSystem().supportedFileAttributeViews().contains("posix");
                FileAttribute<?>[] owner = posix
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                        }
                        : new FileAttribute<?>[0];
                Files.createFile(file, owner);
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    ByteBuffer bytes = StandardCharsets.US_ASCII.encode(pem);
                    while (bytes.hasRemaining()) {
                        channel.write(bytes);
                    }
                    channel.force(true);
                }
            } catch (FileAlreadyExistsException e) {
                throw new CommandFailedException("There is something at " + file + "; choose another name.");
            } catch (IOException e) {
                throw new UncheckedIOException("The root's key cannot be written: " + file, e);
            }
            keys.forgetRoot();
            print("the root's key is in " + file + " and not in the relay's directory any more");
        }
    }
}
