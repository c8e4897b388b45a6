package io.anabranch.relay.authority;

import io.anabranch.replica.identity.IdentityException;
import io.anabranch.replica.identity.RootSet;
import io.anabranch.replica.identity.TlsIdentity;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;
import org.jspecify.annotations.Nullable;

/**
 * The directory with the authority's keys: {@code root.pem} and {@code issuing.pem}, each a private key and its chain, and
 * {@code roots.pem}, the certificates of a {@link io.anabranch.replica.identity.RootSet}. The first may be kept elsewhere.
 * Only its owner can read it, where the file system knows owners. A file is written whole or not at all.
 */
final class AuthorityFiles {

    private final Path directory;

    private AuthorityFiles(Path directory) {
        this.directory = directory;
    }

    static AuthorityFiles in(Path directory) {
        try {
            Files.createDirectories(directory);
            restrict(directory, "rwx------");
            return new AuthorityFiles(directory);
        } catch (IOException e) {
            throw new AuthorityException(
                    "The directory of the certificate authority cannot be used. Check its owner and the disk.",
                    directory,
                    e);
        }
    }

    Path root() {
        return directory.resolve("root.pem");
    }

    Path issuing() {
        return directory.resolve("issuing.pem");
    }

    Path roots() {
        return directory.resolve("roots.pem");
    }

    /** When the files were last changed; another value means that they may be other ones. */
    long changed() {
        try {
            return Files.getLastModifiedTime(issuing()).toMillis()
                    + Files.getLastModifiedTime(roots()).toMillis();
        } catch (IOException e) {
            return 0;
        }
    }

    /** The certificates in {@code roots.pem}, empty if there is no such file. */
    Optional<RootSet> loadRoots() {
        Path file = roots();
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            List<byte[]> der = new ArrayList<>();
            try (PemReader reader = new PemReader(Files.newBufferedReader(file, StandardCharsets.ISO_8859_1))) {
                for (PemObject object = reader.readPemObject(); object != null; object = reader.readPemObject()) {
                    der.add(object.getContent());
                }
            }
            RootSet set = RootSet.parse(der);
            if (set.roots().isEmpty()) {
                throw damaged(file, null);
            }
            return Optional.of(set);
        } catch (IOException e) {
            throw unreadable(file, e);
        } catch (IdentityException | IllegalStateException | IllegalArgumentException e) {
            // Bouncy Castle reports bad base 64 by unchecked exceptions of several types.
            throw damaged(file, e);
        }
    }

    void storeRoots(RootSet set) {
        StringWriter text = new StringWriter();
        try (PemWriter writer = new PemWriter(text)) {
            for (byte[] der : set.encoded()) {
                writer.writeObject(new PemObject("CERTIFICATE", der));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        store(roots(), text.toString());
    }

    /** The root's key is not in the directory any more. */
    void deleteRoot() {
        try {
            Files.delete(root());
            syncDirectory();
        } catch (IOException e) {
            throw new AuthorityException("The root's file cannot be removed. Remove it yourself.", root(), e);
        }
    }

    /** The identity in this file, empty if there is no such file. */
    Optional<TlsIdentity> load(Path file) {
        try {
            return Files.exists(file)
                    ? Optional.of(TlsIdentity.parse(Files.readString(file, StandardCharsets.ISO_8859_1)))
                    : Optional.empty();
        } catch (IOException e) {
            throw unreadable(file, e);
        } catch (IdentityException e) {
            throw damaged(file, e);
        }
    }

    private static AuthorityException unreadable(Path file, IOException cause) {
        return new AuthorityException(
                "A file of the certificate authority cannot be read. Check its owner, or restore it from a backup.",
                file,
                cause);
    }

    static AuthorityException damaged(Path file, @Nullable Throwable cause) {
        return new AuthorityException(
                "A file of the certificate authority is damaged. Restore it from a backup.", file, cause);
    }

    /** Durable on return. */
    void store(Path file, TlsIdentity identity) {
        store(file, identity.pem());
    }

    private void store(Path file, String pem) {
        try {
            Path temporary = Files.createTempFile(directory, "new", ".pem");
            try {
                restrict(temporary, "rw-------");
                write(temporary, pem);
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
            syncDirectory();
        } catch (IOException e) {
            throw new AuthorityException(
                    "A file of the certificate authority cannot be written. Check the disk and the directory's owner.",
                    file,
                    e);
        }
    }

    private static void write(Path file, String text) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = StandardCharsets.US_ASCII.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private void syncDirectory() throws IOException {
        // Elsewhere a directory cannot be opened, and a rename is as durable as the system makes it.
        if (isPosix(directory)) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static void restrict(Path path, String permissions) throws IOException {
        if (isPosix(path)) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        }
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
