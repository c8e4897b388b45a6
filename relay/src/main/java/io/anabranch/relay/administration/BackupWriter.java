package io.anabranch.relay.administration;

import io.anabranch.proto.BackupReply;
import java.nio.file.Path;

/** Writes backups of the relay while it serves; any thread, blocks. What is told of a failure says what to do. */
@FunctionalInterface
public interface BackupWriter {

    /**
     * Writes a backup.
     *
     * @param directory absolute; there is nothing there yet, or an empty directory
     * @throws IllegalArgumentException if the directory cannot be used
     * @throws io.anabranch.replica.storage.StorageException if the store or the disk fails
     */
    BackupReply write(Path directory);
}
