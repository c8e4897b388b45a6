package io.anabranch.relay.attachment;

import io.anabranch.relay.scope.Scopes;
import io.anabranch.relay.store.StoredRecord;
import io.anabranch.replica.content.ContentHash;
import io.anabranch.replica.schema.AttachmentPolicy;
import java.util.Optional;

/** Who is given which content. Thread-safe. */
@FunctionalInterface
public interface AttachmentRights {

    /** Everything is given to everyone. */
    AttachmentRights EVERYTHING = reader -> (record, hash) -> Optional.of(AttachmentPolicy.WITH_RECORD);

    /** The rights of a reader as they are now, for one answer and not for keeping. */
    Judge of(Scopes.Reader reader);

    /** Judges by one record at a time. Who is given content by one of the records that refer to it, is given it. */
    @FunctionalInterface
    interface Judge {

        /**
         * When the reader gets content with a record that refers to it.
         *
         * @return NONE if the reader sees that the record refers to it, but is not given it; empty if not even that
         */
        Optional<AttachmentPolicy> policy(StoredRecord record, ContentHash hash);
    }
}
