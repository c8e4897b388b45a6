package io.anabranch.relay.server;

import io.anabranch.crdt.Position;
import io.anabranch.proto.BackupReply;
import io.anabranch.relay.administration.BackupWriter;
import io.anabranch.relay.store.KeyValueRelayStore;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.replica.storage.RocksDbOptions;
import io.anabranch.replica.storage.RocksDbStorage;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Backups of a relay's directory: a copy of the store, the files of the certificate authority, the administrator's file, the
 * content of attachments, and last of all
 * {@code backup.json}, without which it is not complete. The authority's private keys are in it: keep it where they may be.
 *
 * <p>A restored relay is not the relay that was: devices may have had from that one what this one does not know. So the first thing that
 * {@link #restore} does to the copy is to begin an epoch, by which they notice; only then is it put where it can be started.
 */
public final class RelayBackup implements BackupWriter {

    private static final String MANIFEST = "backup.json";
    private static final List<String> COPIED =
            List.of("authority", "administrator.pem", "attachments/content", "attachments/list");

    private final RelayDirectory directory;
    private final RocksDbStorage storage;
    private final RelayStore store;

    /** Backups of a relay in this process. */
    public RelayBackup(RelayDirectory directory, RocksDbStorage storage, RelayStore store) {
        this.directory = directory;
        this.storage = storage;
        this.store = store;
    }

    @Override
    public BackupReply write(Path target) {
        if (!target.isAbsolute()) {
            throw new IllegalArgumentException("The directory of a backup is an absolute path on the relay's machine.");
        }
        requireEmpty(target);
        Position head = store.head();
        try {
            Files.createDirectories(target);
            storage.checkpoint(target.resolve("store"));
            for (String name : COPIED) {
                copy(directory.path().resolve(name), target.resolve(name));
            }
            JsonObject manifest = new JsonObject().put("epoch", head.epoch()).put("sequence", head.sequence());
            Files.writeString(target.resolve(MANIFEST), manifest.encode());
            return BackupReply.newBuilder()
                    .setDirectory(target.toString())
                    .setEpoch(head.epoch())
                    .setSequence(head.sequence())
                    .setSize(size(target))
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException("The backup cannot be written: " + target, e);
        }
    }

    /**
     * Makes a relay's directory from a backup, in a new epoch. Complete and durable on return, or not there.
     *
     * @param backup what {@link #write} wrote
     * @param data where the relay is to be; nothing may be there, or an empty directory
     * @return the head it begins at
     * @throws IllegalArgumentException if one of the directories cannot be used
     */
    public static Position restore(Path backup, Path data) {
        if (!Files.exists(backup.resolve(MANIFEST))) {
            throw new IllegalArgumentException("There is no complete backup in " + backup + ".");
        }
        Path target = data.toAbsolutePath().normalize();
        requireEmpty(target);
        Path work = target.resolveSibling(target.getFileName() + ".restoring");
        try {
            delete(work);
            Files.createDirectories(work);
            copy(backup.resolve("store"), work.resolve("store"));
            for (String name : COPIED) {
                copy(backup.resolve(name), work.resolve(name));
            }
            Position begun = beginEpoch(work.resolve("store"));
            Files.deleteIfExists(target);
            Files.move(work, target);
            return begun;
        } catch (IOException e) {
            throw new UncheckedIOException("The backup cannot be restored to " + target, e);
        }
    }

    private static Position beginEpoch(Path storeDirectory) {
        RocksDbStorage opened =
                RocksDbStorage.open(storeDirectory, KeyValueRelayStore.FAMILIES, RocksDbOptions.defaults());
        try (RelayStore restored = KeyValueRelayStore.open(opened, new SecureRandom())) {
            return restored.newEpoch();
        }
    }

    private static void requireEmpty(Path directory) {
        try (Stream<Path> files = Files.exists(directory) ? Files.list(directory) : Stream.empty()) {
            if (files.findAny().isPresent()) {
                throw new IllegalArgumentException(
                        "There is something in " + directory + "; choose another directory.");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The directory cannot be used: " + directory, e);
        }
    }

    /** With the permissions of each file. Content that goes meanwhile is of no record any more. */
    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        try (Stream<Path> files = Files.exists(from) ? Files.walk(from) : Stream.empty()) {
            for (Path file : files.filter(path -> !path.endsWith("LOCK")).toList()) {
                copyIfThere(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static void copyIfThere(Path file, Path to) throws IOException {
        try {
            Files.copy(file, to, StandardCopyOption.COPY_ATTRIBUTES);
        } catch (NoSuchFileException e) {
            if (Files.exists(file)) {
                throw e;
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.exists(directory) ? Files.walk(directory) : Stream.empty()) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static long size(Path directory) throws IOException {
        long size = 0;
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                size += Files.size(file);
            }
        }
        return size;
    }
}
