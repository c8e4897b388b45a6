package io.anabranch.replica.storage;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What can be read from a {@link Storage} or a {@link Snapshot}.
 *
 * <p><b>Keys</b> are compared as unsigned bytes, a prefix before what it begins
 * ({@link java.util.Arrays#compareUnsigned(byte[], byte[])}). The empty key and the empty value are legal. Arrays handed
 * in are not changed and not kept; arrays handed out are fresh and belong to the caller.
 *
 * <p><b>Threads</b>: any thread at any time, never waiting for a writer. A read sees all of a batch or none of it.
 *
 * <p><b>Failure</b>: every method throws {@link StorageException} when bytes cannot be read or fail their checksum,
 * rather than answer that a key is missing; the caller stops using the store and shows the message. It throws
 * {@link IllegalStateException} after close and {@link IllegalArgumentException} for a family that was not opened; both
 * are bugs of the caller.
 */
public interface StorageReader {
    /**
     * Returns the value of a key, or null when there is none. May wait for the disk.
     *
     * @param family one of the families the store was opened with
     * @param key the key
     */
    byte @Nullable [] get(Family family, byte[] key);

    /**
     * Returns the values of many keys, in the order asked, null where there is none; a key may be repeated. All values
     * are of one moment. Cheaper than as many calls of {@link #get}, and cheaper still when the keys are sorted.
     *
     * @param family one of the families the store was opened with
     * @param keys the keys
     */
    List<byte @Nullable []> getAll(Family family, List<byte[]> keys);

    /**
     * Opens a scan in ascending order over the keys {@code from <= key < end}. A range whose end is not greater than
     * its start is empty. The caller closes the scan.
     *
     * @param family one of the families the store was opened with
     * @param from the least key wanted; the empty array for the first of the family
     * @param end the first key no longer wanted; null for no end
     */
    Scan scan(Family family, byte[] from, byte @Nullable [] end);

    /**
     * Opens a scan in descending order over the same range as {@link #scan}: from the greatest key below {@code end}, or
     * the last of the family when {@code end} is null, down to {@code from}, which is included. The caller closes the
     * scan.
     *
     * @param family one of the families the store was opened with
     * @param from the least key wanted; the empty array for the first of the family
     * @param end the first key no longer wanted; null for no end
     */
    Scan scanBackward(Family family, byte[] from, byte @Nullable [] end);
}
