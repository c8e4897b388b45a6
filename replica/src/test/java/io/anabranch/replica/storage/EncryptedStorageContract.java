package io.anabranch.replica.storage;

import io.anabranch.replica.encryption.Keys;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

/** The contract over encrypted values, and what is below keeps it. */
class EncryptedStorageContract extends StorageContract {
    @TempDir
    private Path dir;

    @Override
    Storage open() {
        Storage below = RocksDbStorage.open(dir.resolve("store"), List.of(A, B), RocksDbOptions.sharing());
        return new EncryptedStorage(below, Keys.store(1), new EncryptedFamilies(Set.of(), Map.of(B, A), A));
    }

    @Override
    Storage reopen(Storage closed) {
        return open();
    }
}
