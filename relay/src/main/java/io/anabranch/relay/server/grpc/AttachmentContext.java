package io.anabranch.relay.server.grpc;

import io.anabranch.relay.admission.Author;
import io.anabranch.relay.attachment.AttachmentRights;
import io.anabranch.relay.attachment.RelayAttachments;
import io.anabranch.replica.attachment.ContentHash;
import io.anabranch.replica.wire.MalformedMessageException;

/**
 * What the sessions of attachments work with.
 *
 * @param attachments of the relay
 * @param sync says whose call it is
 */
record AttachmentContext(RelayAttachments attachments, SyncContext sync) {

    /** Whose call it is; ends the call if it is not an enrolled device's. */
    AttachmentRights.Reader reader(Caller caller) {
        Author author = sync.author(caller);
        return new AttachmentRights.Reader(author.replica(), author.user());
    }

    static ContentHash hash(byte[] bytes) {
        if (bytes.length != ContentHash.SIZE) {
            throw new MalformedMessageException("the hash of an attachment has 32 bytes");
        }
        return ContentHash.of(bytes);
    }
}
