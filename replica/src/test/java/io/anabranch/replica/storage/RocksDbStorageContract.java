package io.anabranch.replica.storage;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

class RocksDbStorageContract extends StorageContract {
    @TempDir
    private Path dir;

    @Override
    Storage open() {
        return RocksDbStorage.open(dir.resolve("store"), List.of(A, B), RocksDbOptions.sharing());
    }

    @Override
    Storage reopen(Storage closed) {
        return open();
    }
}
