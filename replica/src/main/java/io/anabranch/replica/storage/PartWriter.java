package io.anabranch.replica.storage;

/**
 * Writes one part of a {@link Storage}: sorted content that is added to a family later. One thread at a time. What is not finished when it
 * is closed is not kept. Fails with {@link StorageException} when it cannot be written.
 */
public interface PartWriter extends AutoCloseable {

    /**
     * Adds a key.
     *
     * @throws IllegalArgumentException if it is not after the last one
     */
    void put(byte[] key, byte[] value);

    /** Makes the part durable; at least one key was put. */
    void finish();

    /** Releases it. Closing again does nothing. */
    @Override
    void close();
}
