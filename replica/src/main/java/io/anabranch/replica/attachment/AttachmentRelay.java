package io.anabranch.replica.attachment;

import io.anabranch.replica.content.AttachmentRef;
import io.anabranch.replica.content.ContentHash;
import java.util.List;

/**
 * A connection to the relay for content. Called by one thread at a time, which it blocks; memory is bounded by a few chunks. Fails with
 * {@link AttachmentException}; what has arrived on either side stays there, and the next call goes on from it.
 */
public interface AttachmentRelay extends AutoCloseable {

    /** Follows one transfer. */
    interface Transfer {

        /** So many bytes are there by now, those from earlier included. */
        void moved(long size);

        /** Whether to end with CANCELLED. */
        boolean isCancelled();
    }

    /** Most that {@link #ask} is asked about at once. */
    int ASKED_COUNT_MAX = 1_000;

    /**
     * Asks when this device gets content.
     *
     * @param hashes up to {@value #ASKED_COUNT_MAX}
     * @return the answers in the same order
     */
    List<AttachmentAnswer> ask(List<ContentHash> hashes, Transfer transfer);

    /**
     * Sends content, if the relay lacks it.
     *
     * @return whether the relay has it now, whole and durably; if not, it knows no record that refers to it yet
     */
    boolean send(ContentReader content, Transfer transfer);

    /** Fetches content into a store; its code is ABSENT if the relay does not have it whole, or no record that the
     * user may see refers to it; REFUSED if one does and the rules give no content with it. */
    void fetch(AttachmentRef ref, ContentStore store, Transfer transfer);

    /** Ends the connection. */
    @Override
    void close();
}
