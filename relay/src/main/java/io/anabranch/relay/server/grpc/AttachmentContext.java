package io.anabranch.relay.server.grpc;

import io.anabranch.relay.attachment.RelayAttachments;
import io.anabranch.relay.scope.Scopes;
import io.anabranch.replica.content.ContentHash;
import io.anabranch.replica.wire.MalformedMessageException;

/**
 * What the sessions of attachments work with.
 *
 * @param attachments of the relay
 * @param sync says whose call it is
 */
record AttachmentContext(RelayAttachments attachments, SyncContext sync) {

    /** Whose call it is; ends the call if it is not an enrolled device's. */
    Scopes.Reader reader(Caller caller) {
        return sync.author(caller).reader();
    }

    static ContentHash hash(byte[] bytes) {
        if (bytes.length != ContentHash.SIZE) {
            throw new MalformedMessageException("the hash of an attachment has 32 bytes");
        }
        return ContentHash.of(bytes);
    }
}
