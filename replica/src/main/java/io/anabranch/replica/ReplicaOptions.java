package io.anabranch.replica;

import io.anabranch.replica.storage.RocksDbOptions;
import io.anabranch.replica.tracking.SyncSettings;
import java.util.function.LongSupplier;

/**
 * How a replica is opened.
 *
 * @param wallMillis the wall clock, ms since 1970; it may be wrong, the relay's corrects it
 * @param storage memory and files of the store
 * @param sync when it syncs by itself, and what is kept of that
 */
public record ReplicaOptions(LongSupplier wallMillis, RocksDbOptions storage, SyncSettings sync) {

    /** The system's clock and a device's share of memory. */
    public static ReplicaOptions defaults() {
        return new ReplicaOptions(System::currentTimeMillis, RocksDbOptions.defaults(), SyncSettings.DEFAULTS);
    }

    /** For many replicas in one process. */
    public static ReplicaOptions sharing(LongSupplier wallMillis) {
        return new ReplicaOptions(wallMillis, RocksDbOptions.sharing(), SyncSettings.DEFAULTS);
    }

    /** With other settings of sync. */
    public ReplicaOptions withSync(SyncSettings settings) {
        return new ReplicaOptions(wallMillis, storage, settings);
    }
}
