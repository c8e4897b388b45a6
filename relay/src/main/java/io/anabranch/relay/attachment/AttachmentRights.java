package io.anabranch.relay.attachment;

import io.anabranch.crdt.RecordKey;

/**
 * Whether a device may read what a record refers to. Asked for each transfer, on any thread; may look into the store. Who may
 * read one record that refers to content may read the content.
 */
public interface AttachmentRights {

    /** Every enrolled device may read everything. */
    AttachmentRights ENROLLED = (reader, record) -> true;

    /** Whether it may: the record is in its scope, and the rule that brought it there has attachments. */
    boolean mayRead(Reader reader, RecordKey record);

    /**
     * An enrolled device.
     *
     * @param replica its id
     * @param user whom it is enrolled for
     */
    record Reader(long replica, String user) {}
}
