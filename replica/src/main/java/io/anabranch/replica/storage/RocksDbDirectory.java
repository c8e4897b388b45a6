package io.anabranch.replica.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Prepares the directory of a store before RocksDB opens it. */
final class RocksDbDirectory {
    private RocksDbDirectory() {}

    /**
     * Makes the directory, durably, unless it is there.
     *
     * @throws StorageException when it cannot be made, or holds a store that lost the file all others hang from, which
     *     RocksDB would take for a new store
     */
    static void prepare(Path dir) {
        try {
            if (!Files.isDirectory(dir)) {
                Files.createDirectories(dir);
                sync(Objects.requireNonNull(dir.toAbsolutePath().getParent()));
            } else if (!Files.exists(dir.resolve("CURRENT")) && holdsData(dir)) {
                throw RocksDbFailures.damaged(dir, "CURRENT");
            }
        } catch (IOException e) {
            throw new StorageException(
                    RocksDbFailures.FAILED, Map.of("path", dir.toString(), "reason", String.valueOf(e)), e);
        }
    }

    /** A creation that was cut may leave a manifest; a log or a sorted file is only there after CURRENT was. */
    private static boolean holdsData(Path dir) throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            return files.map(Path::toString).anyMatch(name -> name.endsWith(".sst") || name.endsWith(".log"));
        }
    }

    private static void sync(Path dir) throws IOException {
        try (FileChannel channel = FileChannel.open(dir, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
