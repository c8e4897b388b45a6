package io.anabranch.replica;

import io.anabranch.replica.attachment.AttachmentOptions;
import io.anabranch.replica.encryption.KeySource;
import io.anabranch.replica.state.IndexDeclaration;
import io.anabranch.replica.storage.RocksDbOptions;
import io.anabranch.replica.tracking.SyncSettings;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How a replica is opened.
 *
 * @param wallMillis the wall clock, ms since 1970; it may be wrong, the relay's corrects it
 * @param storage memory and files of the store
 * @param indexes fields to keep an index of, besides those that the configuration names
 * @param sync when it syncs by itself, and what is kept of that
 * @param attachments what is kept of them, and when they are fetched
 * @param key opens an encrypted store, and makes a new one so; null for a store in plain. It is used while the replica is opened, and not kept
 */
public record ReplicaOptions(
        LongSupplier wallMillis,
        RocksDbOptions storage,
        Set<IndexDeclaration> indexes,
        SyncSettings sync,
        AttachmentOptions attachments,
        @Nullable KeySource key) {

    /** Copies the set. */
    public ReplicaOptions {
        indexes = Set.copyOf(indexes);
    }

    /** Options without indexes of their own, and with the default settings of sync and attachments. */
    public ReplicaOptions(LongSupplier wallMillis, RocksDbOptions storage) {
        this(wallMillis, storage, Set.of(), SyncSettings.DEFAULTS, AttachmentOptions.defaults(), null);
    }

    /** The same with other attachments. */
    public ReplicaOptions withAttachments(AttachmentOptions other) {
        return new ReplicaOptions(wallMillis, storage, indexes, sync, other, key);
    }

    /** The system's clock and a device's share of memory. */
    public static ReplicaOptions defaults() {
        return new ReplicaOptions(System::currentTimeMillis, RocksDbOptions.defaults());
    }

    /** For many replicas in one process. */
    public static ReplicaOptions sharing(LongSupplier wallMillis) {
        return new ReplicaOptions(wallMillis, RocksDbOptions.sharing());
    }

    /** With other settings of sync. */
    public ReplicaOptions withSync(SyncSettings settings) {
        return new ReplicaOptions(wallMillis, storage, indexes, settings, attachments, key);
    }

    /** These with fields to keep an index of. */
    public ReplicaOptions withIndexes(Set<IndexDeclaration> declared) {
        return new ReplicaOptions(wallMillis, storage, declared, sync, attachments, key);
    }

    /** These for a store that is encrypted, or is to be made so. */
    public ReplicaOptions withKey(@Nullable KeySource source) {
        return new ReplicaOptions(wallMillis, storage, indexes, sync, attachments, source);
    }
}
