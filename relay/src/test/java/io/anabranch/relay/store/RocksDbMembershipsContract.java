package io.anabranch.relay.store;

import io.anabranch.replica.storage.RocksDbOptions;
import io.anabranch.replica.storage.RocksDbStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** The contract over storage on disk. */
final class RocksDbMembershipsContract extends MembershipsContract {

    @TempDir
    private Path dir;

    @Override
    RelayStore open() {
        return open(dir.resolve("store"));
    }

    /** A copy of the files of a store that was never closed is what a loss of power leaves of them. */
    @Override
    RelayStore crash(RelayStore store) {
        Path found = dir.resolve("found");
        try (Stream<Path> files = Files.list(dir.resolve("store"))) {
            Files.createDirectory(found);
            List<Path> kept = files.filter(file -> !file.endsWith("LOCK"))
                    .filter(Files::isRegularFile)
                    .toList();
            for (Path file : kept) {
                Files.copy(file, found.resolve(file.getFileName()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        store.close();
        return open(found);
    }

    private static RelayStore open(Path at) {
        return KeyValueRelayStore.open(
                RocksDbStorage.open(at, KeyValueRelayStore.FAMILIES, RocksDbOptions.sharing()), new Random(1));
    }
}
