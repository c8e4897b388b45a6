package io.anabranch.replica.state;

import io.anabranch.replica.storage.Storage;
import java.util.Arrays;

/**
 * The records between two keys: some of them the device no longer has the right to hold, and its files may still have their bytes,
 * since a store of sorted files keeps what was deleted until they are rewritten.
 */
public final class EvictedRange {

    private final byte[] first;
    private final byte[] last;
    private final long version;

    EvictedRange(byte[] first, byte[] last, long version) {
        this.first = first;
        this.last = last;
        this.version = version;
    }

    /**
     * Rewrites the files. Any thread; takes as long as it takes to read and write them.
     *
     * @param storage the state's; afterwards the state is to be told by {@link ReplicaState#erased}
     */
    public void erase(Storage storage) {
        byte[] end = Arrays.copyOf(last, last.length + 1);
        ReplicaFamilies.ofRecords().forEach(family -> storage.erase(family, first, end));
        ReplicaFamilies.ofTraces().forEach(family -> storage.erase(family, new byte[0], null));
    }

    /** Rewrites the files that have the range itself, whose ends are keys of records; after the state was told. Any thread. */
    public void eraseItself(Storage storage) {
        storage.erase(ReplicaFamilies.META, new byte[0], null);
    }

    long version() {
        return version;
    }
}
