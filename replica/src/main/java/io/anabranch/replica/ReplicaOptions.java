package io.anabranch.replica;

import io.anabranch.replica.attachment.AttachmentOptions;
import io.anabranch.replica.storage.RocksDbOptions;
import java.util.function.LongSupplier;

/**
 * How a replica is opened.
 *
 * @param wallMillis the wall clock, ms since 1970; it may be wrong, the relay's corrects it
 * @param storage memory and files of the store
 * @param attachments what is kept of them, and when they are fetched
 */
public record ReplicaOptions(LongSupplier wallMillis, RocksDbOptions storage, AttachmentOptions attachments) {

    /** With the usual attachments. */
    public ReplicaOptions(LongSupplier wallMillis, RocksDbOptions storage) {
        this(wallMillis, storage, AttachmentOptions.defaults());
    }

    /** The same with other attachments. */
    public ReplicaOptions withAttachments(AttachmentOptions other) {
        return new ReplicaOptions(wallMillis, storage, other);
    }

    /** The system's clock and a device's share of memory. */
    public static ReplicaOptions defaults() {
        return new ReplicaOptions(System::currentTimeMillis, RocksDbOptions.defaults());
    }

    /** For many replicas in one process. */
    public static ReplicaOptions sharing(LongSupplier wallMillis) {
        return new ReplicaOptions(wallMillis, RocksDbOptions.sharing());
    }
}
