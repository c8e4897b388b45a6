package io.anabranch.replica.encryption;

import java.util.Optional;

/**
 * What a person or a platform has that opens a store: a {@link Passphrase}, a key in a {@link KeyStoreKey key store}, or an application's
 * own, such as a chip's. It encrypts the store's data key, and decrypts it again; the result is kept beside the store.
 *
 * <p>Called by the thread that opens a store or changes its slots; may block, and ask the person. Fails with {@link KeyException}, code
 * FAILED, when it cannot be asked.
 */
public interface KeySource extends AutoCloseable {

    /**
     * The kind of source, at most 64 characters: a store asks a source only for slots of its kind.
     *
     * @return such as {@code passphrase}
     */
    String kind();

    /**
     * Encrypts the data key. Whatever is needed to decrypt it, but for the secret, is part of the result.
     *
     * @param dataKey not changed and not kept
     * @return at most 4 KiB; other bytes each time
     */
    byte[] wrap(byte[] dataKey);

    /**
     * Decrypts the data key.
     *
     * @param wrapped what a source of this kind returned, perhaps one with another secret, or damaged since
     * @return empty if it is not of this secret; the caller clears the array
     */
    Optional<byte[]> unwrap(byte[] wrapped);

    /** Forgets the secret, as far as it can; it is not asked any more. */
    @Override
    default void close() {}
}
