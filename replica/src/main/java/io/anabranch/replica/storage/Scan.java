package io.anabranch.replica.storage;

/**
 * A walk over a range of keys of one family, as they were when the scan was opened; later writes do not show.
 *
 * <pre>{@code
 * try (Scan scan = storage.scan(family, from, end)) {
 *     while (scan.next()) {
 *         use(scan.key(), scan.value());
 *     }
 * }
 * }</pre>
 *
 * <p>One thread at a time. An open scan keeps what it may still read from being reclaimed, so it is for one walk and not
 * for keeping. A scan of a snapshot may outlive the snapshot. Closing the store ends its scans: {@link #next} and {@link #value} then
 * throw {@link IllegalStateException}.
 */
public interface Scan extends AutoCloseable {
    /**
     * Moves to the next entry, the first one to begin with. May wait for the disk.
     *
     * @return false when there are no more entries, from then on always
     * @throws StorageException when the entry cannot be read; the scan then is at its end
     */
    boolean next();

    /**
     * Moves to the first entry at or after a key, forward or back; only for ascending scans. Cheaper than another scan for each key.
     *
     * @param key not before the range of the scan
     * @return false when there is none in the range; another key may be sought then
     * @throws StorageException when the entry cannot be read
     */
    boolean seek(byte[] key);

    /**
     * Returns the key of this entry, the same array until {@link #next}.
     *
     * @throws IllegalStateException unless the last {@code next()} was true
     */
    byte[] key();

    /**
     * Returns the value of this entry. It is only copied when asked for, so scans of keys alone are cheaper.
     *
     * @throws IllegalStateException unless the last {@code next()} was true
     */
    byte[] value();

    /** Releases what the scan holds. Closing again does nothing. */
    @Override
    void close();
}
