package io.anabranch.replica;

import io.anabranch.replica.attachment.ContentStore;
import io.anabranch.replica.encryption.KeyException;
import io.anabranch.replica.encryption.KeyFile;
import io.anabranch.replica.encryption.KeySource;
import io.anabranch.replica.encryption.StoreKey;
import io.anabranch.replica.state.ReplicaFamilies;
import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.Family;
import io.anabranch.replica.storage.RocksDbOptions;
import io.anabranch.replica.storage.Scan;
import io.anabranch.replica.storage.Snapshot;
import io.anabranch.replica.storage.Storage;
import io.anabranch.replica.storage.StorageException;
import io.anabranch.replica.storage.WriteBatch;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * The encryption of a device's directory that no {@link Replica} has open: makes it, and changes who can open it.
 *
 * <pre>{@code
 * DeviceEncryption encryption = new DeviceEncryption(Path.of("data"));
 * encryption.encrypt(new Passphrase(text), entries -> {});
 * encryption.replaceKey(new Passphrase(text), new Passphrase(another));
 * Replica replica = Replica.open(Path.of("data"), ReplicaOptions.defaults().withKey(new Passphrase(another)));
 * }</pre>
 */
public final class DeviceEncryption {

    private static final long BATCH_SIZE = 1 << 20;

    private final DeviceDirectory directory;
    private final SecureRandom random = new SecureRandom();

    /** Of a device's directory. */
    public DeviceEncryption(Path directory) {
        this.directory = new DeviceDirectory(directory);
    }

    /** Whether there is a store. */
    public boolean hasStore() {
        return directory.hasStore();
    }

    /** Whether it is encrypted. */
    public boolean isEncrypted() {
        return directory.isEncrypted();
    }

    /**
     * Encrypts a store that is in plain, with its attachments: into files beside it, which then take its place at once. Blocks for as long as it takes
     * to read and write everything, and needs that much room. When it is cut, the store is what it was, and it can be begun anew. What was in plain is
     * deleted at the end, or when the store is next opened; whether the disk forgets it is the disk's affair.
     *
     * @param source opens it from then on
     * @param progress told now and then how many entries are done
     * @throws KeyException FAILED if there is no store in plain
     * @throws StorageException if a replica has it open, or a file cannot be read or written
     */
    public void encrypt(KeySource source, LongConsumer progress) {
        if (isEncrypted() || !hasStore()) {
            throw new KeyException(
                    KeyException.Code.FAILED,
                    (isEncrypted() ? "this store is encrypted already: {path=" : "there is no store to encrypt: {path=")
                            + directory.path() + "}");
        }
        RocksDbOptions options = RocksDbOptions.defaults();
        DeviceDirectory.Opened plain = directory.openPlain(options);
        try (Storage from = plain.storage()) {
            directory.deleteEncrypted();
            try (StoreKey key = KeyFile.make(directory.nextKeyFile(), source, random)) {
                DeviceDirectory.Opened encrypted = directory.openEncrypted(options, key);
                try (Storage into = encrypted.storage()) {
                    copy(from, into, progress);
                }
                ContentStore content = encrypted.content().store(ContentStore.Limits.NONE);
                plain.content().store(ContentStore.Limits.NONE).copyTo(content);
            }
            takePlace();
        }
        directory.deletePlain();
    }

    private static void copy(Storage from, Storage into, LongConsumer progress) {
        long done = 0;
        WriteBatch batch = new WriteBatch();
        try (Snapshot snapshot = from.snapshot()) {
            for (Family family : ReplicaFamilies.all()) {
                try (Scan scan = snapshot.scan(family, new byte[0], null)) {
                    while (scan.next()) {
                        batch.put(family, scan.key(), scan.value());
                        done++;
                        if (batch.size() >= BATCH_SIZE) {
                            into.write(batch, Durability.BUFFERED);
                            batch.clear();
                            progress.accept(done);
                        }
                    }
                }
            }
        }
        into.write(batch, Durability.SYNC);
        progress.accept(done);
    }

    /** From here on the encrypted files are the store. */
    private void takePlace() {
        try {
            Files.move(directory.nextKeyFile(), directory.keyFile(), StandardCopyOption.ATOMIC_MOVE);
            if (!System.getProperty("os.name", "").startsWith("Windows")) {
                try (FileChannel channel = FileChannel.open(directory.path(), StandardOpenOption.READ)) {
                    channel.force(true);
                }
            }
        } catch (IOException e) {
            throw directory.failed(e);
        }
    }

    /**
     * What opens the store.
     *
     * @throws KeyException as all that follow: NOT_ENCRYPTED; DAMAGED; FAILED
     */
    public List<KeyFile.Slot> keys() {
        return KeyFile.slots(keyFile());
    }

    /**
     * Puts another source in the place of one, such as another passphrase. Writes a small file and nothing of the store.
     *
     * @throws KeyException WRONG_KEY if {@code source} does not open it; nothing is changed
     */
    public void replaceKey(KeySource source, KeySource by) {
        KeyFile.replace(keyFile(), source, by);
    }

    /**
     * Lets one more source open the store.
     *
     * @return its number
     * @throws KeyException WRONG_KEY if {@code source} does not open it, FAILED if there are {@link KeyFile#SLOTS_MAX}; nothing is changed
     */
    public int addKey(KeySource source, KeySource another) {
        return KeyFile.add(keyFile(), source, another);
    }

    /**
     * Takes away a source, by its number among {@link #keys}, but not the one that opens it now.
     *
     * @throws KeyException WRONG_KEY if {@code source} does not open it, FAILED if there is no such number; nothing is changed
     */
    public void removeKey(KeySource source, int number) {
        KeyFile.remove(keyFile(), source, number);
    }

    private Path keyFile() {
        if (!isEncrypted()) {
            throw new KeyException(
                    KeyException.Code.NOT_ENCRYPTED,
                    "this store is not encrypted; encrypt it first: {path=" + directory.path() + "}");
        }
        return directory.keyFile();
    }
}
