package io.anabranch.relay.store;

import io.anabranch.replica.storage.MemoryStorage;
import java.util.Random;

/** The contract over storage in memory. */
final class MemoryMembershipsContract extends MembershipsContract {

    private MemoryStorage storage = new MemoryStorage(KeyValueRelayStore.FAMILIES);

    @Override
    RelayStore open() {
        return KeyValueRelayStore.open(storage, new Random(1));
    }

    @Override
    RelayStore crash(RelayStore store) {
        storage = storage.crash(new Random(2));
        return KeyValueRelayStore.open(storage, new Random(3));
    }
}
