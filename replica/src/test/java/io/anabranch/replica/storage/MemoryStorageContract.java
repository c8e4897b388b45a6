package io.anabranch.replica.storage;

import java.util.List;
import java.util.Random;

class MemoryStorageContract extends StorageContract {
    @Override
    Storage open() {
        return new MemoryStorage(List.of(A, B));
    }

    @Override
    Storage reopen(Storage closed) {
        return ((MemoryStorage) closed).crash(new Random(1));
    }
}
