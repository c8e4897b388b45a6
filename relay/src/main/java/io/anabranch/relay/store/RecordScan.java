package io.anabranch.relay.store;

/** A walk over stored records in the order of their keys, for one thread; see {@link RelayView#scan}. */
public interface RecordScan extends AutoCloseable {

    /** Moves to the next record, the first one to begin with; false when there is none. May wait for the disk. */
    boolean next();

    /** Its key as it is stored, which sorts as records do. */
    byte[] key();

    /** The record. */
    StoredRecord record();

    /** Releases what the scan holds. */
    @Override
    void close();
}
