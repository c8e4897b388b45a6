package io.anabranch.replica.storage;

import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An ordered store of bytes in named families: the port below the state of a device and of a relay.
 *
 * <pre>{@code
 * WriteBatch batch = new WriteBatch();
 * batch.put(records, key, value);
 * batch.delete(pending, commitKey);
 * storage.write(batch, Durability.SYNC);
 * }</pre>
 *
 * <p><b>Caller and threads</b>: one thread at a time writes, closes, or asks for statistics; every thread reads, at any
 * time ({@link StorageReader}). Close may run while others read: it waits for reads under way and ends open scans and
 * snapshots.
 *
 * <p><b>Atomicity</b>: a batch is visible whole or not at all, over all families, to every read that begins after
 * {@link #write} returned; after a crash it is found whole or not at all.
 *
 * <p><b>Durability</b>: as {@link Durability} says, batch by batch, and everything when {@link #close} has returned.
 *
 * <p><b>Failure</b>: {@link StorageException} means the world failed (the disk is full, or broken, or its bytes are not
 * those written). After a write has failed all later ones fail too, until the store is opened anew, which settles
 * whether the failed batch is in: whole or not at all. Reads go on. The caller stops its work and shows the message.
 */
public interface Storage extends StorageReader, AutoCloseable {
    /**
     * Applies a batch in its order: of two changes of one key the later one wins. Blocks until the durability asked for
     * is reached. An empty batch changes nothing; with {@link Durability#SYNC} it still makes everything written before
     * durable. The batch is not changed and may be cleared and used again.
     *
     * @param batch the changes
     * @param durability what is to survive when this returns
     * @throws StorageException when the write failed, or an earlier one has
     * @throws IllegalArgumentException when the batch names a family that was not opened; nothing is written
     */
    void write(WriteBatch batch, Durability durability);

    /** Returns the state of this moment, to be read while writes go on. The caller closes it. Does not block. */
    Snapshot snapshot();

    /**
     * Rewrites files, so that none has a value of a key in the range that was deleted or overwritten before the call and that no open
     * snapshot or scan still needs. Any thread; blocks for as long as it takes to read and write the files of the range, and all
     * that is not yet in files. Reads and writes go on meanwhile.
     *
     * @param family one of the families the store was opened with
     * @param from the least key of the range
     * @param end the first key after the range; null for no end
     * @throws StorageException when a file could not be read or written
     */
    void erase(Family family, byte[] from, byte @Nullable [] end);

    /**
     * Starts a part: keys in ascending order with their values, written beside the store and not seen by anyone until {@link #ingest}. One
     * of the same name that is not finished is replaced. Any thread, several at a time if their names differ.
     *
     * @param name 1 to 100 ASCII letters, digits and -
     * @throws StorageException when it cannot be written
     */
    PartWriter writePart(String name);

    /** Returns the names of the parts that are finished, and neither ingested nor deleted; also of those that an earlier run left. */
    Set<String> parts();

    /** Deletes parts, finished or not; those that are not there are ignored. */
    void deleteParts(Collection<String> names);

    /**
     * Adds all of some finished parts to a family, seen and durable at once, as is everything written before. The parts are gone then.
     * Costs little, however much they hold. Any thread.
     *
     * @param family whose keys are none of the parts'
     * @param names of parts that have no key in common
     * @throws StorageException when the store failed; after that parts may be gone without their content being in the family
     */
    void ingest(Family family, Collection<String> names);

    /**
     * Empties a family and frees the space at once, which a deleted range would not. Durable, as is everything written before. Any thread.
     *
     * @return false if nothing was done, because a snapshot is open; to be tried again
     */
    boolean clear(Family family);

    /** Returns how many bytes can still be stored on the store's disk; {@link Long#MAX_VALUE} if that is not known. */
    long freeBytes();

    /** Returns what the store takes and has done so far. Lists the files of the store, so not for every request. */
    StorageStatistics statistics();

    /**
     * Makes everything written durable and releases the store; open scans and snapshots end. Waits for reads under way.
     * Closing again does nothing.
     *
     * @throws StorageException when the last writes could not be made durable; the store is released all the same
     */
    @Override
    void close();
}
