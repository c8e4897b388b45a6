package io.anabranch.replica.storage;

/**
 * All families of a store as they were at one moment, between two batches. Any thread may read it. While it is open the
 * space of what was overwritten since is not reclaimed, so it is for minutes, not for days. Closing the store ends its
 * snapshots.
 */
public interface Snapshot extends StorageReader, AutoCloseable {
    /** Releases the snapshot; its scans go on. Closing again does nothing. */
    @Override
    void close();
}
