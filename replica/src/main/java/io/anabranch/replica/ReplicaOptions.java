package io.anabranch.replica;

import io.anabranch.replica.state.IndexDeclaration;
import io.anabranch.replica.storage.RocksDbOptions;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * How a replica is opened.
 *
 * @param wallMillis the wall clock, ms since 1970; it may be wrong, the relay's corrects it
 * @param storage memory and files of the store
 * @param indexes fields to keep an index of, besides those that the configuration names
 */
public record ReplicaOptions(LongSupplier wallMillis, RocksDbOptions storage, Set<IndexDeclaration> indexes) {

    /** Copies the set. */
    public ReplicaOptions {
        indexes = Set.copyOf(indexes);
    }

    /** Options without indexes of their own. */
    public ReplicaOptions(LongSupplier wallMillis, RocksDbOptions storage) {
        this(wallMillis, storage, Set.of());
    }

    /** The system's clock and a device's share of memory. */
    public static ReplicaOptions defaults() {
        return new ReplicaOptions(System::currentTimeMillis, RocksDbOptions.defaults());
    }

    /** For many replicas in one process. */
    public static ReplicaOptions sharing(LongSupplier wallMillis) {
        return new ReplicaOptions(wallMillis, RocksDbOptions.sharing());
    }

    /** These with fields to keep an index of. */
    public ReplicaOptions withIndexes(Set<IndexDeclaration> declared) {
        return new ReplicaOptions(wallMillis, storage, declared);
    }
}
