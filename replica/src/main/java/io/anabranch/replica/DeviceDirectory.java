package io.anabranch.replica;

import io.anabranch.replica.attachment.Attachments;
import io.anabranch.replica.attachment.ContentCipher;
import io.anabranch.replica.encryption.KeyException;
import io.anabranch.replica.encryption.KeyFile;
import io.anabranch.replica.encryption.KeySource;
import io.anabranch.replica.encryption.StoreKey;
import io.anabranch.replica.state.ReplicaFamilies;
import io.anabranch.replica.storage.EncryptedStorage;
import io.anabranch.replica.storage.RocksDbOptions;
import io.anabranch.replica.storage.RocksDbStorage;
import io.anabranch.replica.storage.Storage;
import io.anabranch.replica.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a device's data is in its directory:
 *
 * <pre>
 * store  store-parts  attachments     in plain, or
 * key                                 the file that has the key: if it is there, the rest is
 * encrypted/store  encrypted/…        encrypted, and what is in plain is not valid any more
 * key.next                            a key of an encryption that is not done
 * </pre>
 */
final class DeviceDirectory {

    private static final String STORE = "store";
    private static final String ATTACHMENTS = "attachments";
    private static final List<String> PLAIN = List.of(STORE, "store-parts", ATTACHMENTS);

    private final Path path;

    DeviceDirectory(Path path) {
        this.path = path;
    }

    /** A store that is open, and where its content is. */
    record Opened(Storage storage, Attachments.Place content) {}

    Path path() {
        return path;
    }

    Path keyFile() {
        return path.resolve("key");
    }

    Path nextKeyFile() {
        return path.resolve("key.next");
    }

    private Path encrypted() {
        return path.resolve("encrypted");
    }

    boolean isEncrypted() {
        return Files.exists(keyFile());
    }

    boolean hasStore() {
        return Files.isDirectory((isEncrypted() ? encrypted() : path).resolve(STORE));
    }

    /** Opens what is there, or makes it, encrypted if there is a key source. */
    Opened open(RocksDbOptions options, @Nullable KeySource source, SecureRandom random) {
        if (isEncrypted()) {
            if (source == null) {
                throw new KeyException(
                        KeyException.Code.KEY_NEEDED,
                        "this store is encrypted; give its passphrase or key (--passphrase-file FILE, ANABRANCH_PASSPHRASE or"
                                + " --key-store FILE in commands): {path=" + path + "}");
            }
            try (StoreKey key = KeyFile.open(keyFile(), source, random)) {
                deletePlain();
                return openEncrypted(options, key);
            }
        } else if (source == null) {
            return openPlain(options);
        } else if (hasStore()) {
            throw new KeyException(
                    KeyException.Code.NOT_ENCRYPTED,
                    "this store is not encrypted; open it without a passphrase or key, or encrypt it first (device encrypt"
                            + " in commands): {path=" + path + "}");
        }
        makeDirectory();
        deleteEncrypted();
        try (StoreKey key = KeyFile.make(keyFile(), source, random)) {
            return openEncrypted(options, key);
        }
    }

    Opened openPlain(RocksDbOptions options) {
        return new Opened(
                RocksDbStorage.open(path.resolve(STORE), ReplicaFamilies.all(), options),
                new Attachments.Place(path.resolve(ATTACHMENTS), ContentCipher.of(null)));
    }

    Opened openEncrypted(RocksDbOptions options, StoreKey key) {
        Storage below = RocksDbStorage.open(encrypted().resolve(STORE), ReplicaFamilies.all(), options);
        return new Opened(
                new EncryptedStorage(below, key, ReplicaFamilies.ENCRYPTED),
                new Attachments.Place(encrypted().resolve(ATTACHMENTS), ContentCipher.of(key)));
    }

    void deletePlain() {
        PLAIN.forEach(name -> delete(path.resolve(name)));
    }

    void deleteEncrypted() {
        delete(encrypted());
    }

    private void makeDirectory() {
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void delete(Path what) {
        if (!Files.exists(what)) {
            return;
        }
        try (Stream<Path> files = Files.walk(what)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    StorageException failed(IOException cause) {
        return new StorageException(
                "The files of the device could not be written or deleted; see the reason, then try again",
                Map.of("path", path.toString(), "reason", String.valueOf(cause)),
                cause);
    }
}
