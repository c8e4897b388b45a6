package io.anabranch.replica;

import io.anabranch.replica.attachment.AttachmentException;
import io.anabranch.replica.attachment.AttachmentRelay;
import io.anabranch.replica.attachment.Attachments;
import io.anabranch.replica.grpc.AttachmentClient;
import io.anabranch.replica.grpc.SyncException;
import io.anabranch.replica.storage.Storage;

/** Puts together the attachments of a replica: their files beside its store, and transfers whenever it has synced. */
final class DeviceAttachments {

    private DeviceAttachments() {}

    /** Where a replica's attachments come from and go to. */
    record Surroundings(Attachments.Place place, Storage storage, ReplicaLoop loop, SyncDesk desk) {}

    static Attachments of(Surroundings replica, ReplicaOptions options) {
        Attachments.Setup setup = new Attachments.Setup(
                replica.place, replica.storage, replica.loop, options.wallMillis(), replica.desk::network);
        Attachments attachments = new Attachments(setup, options.attachments(), () -> connect(replica.desk));
        replica.desk.whenSynced(attachments::wake);
        replica.desk.whenApplied(attachments::changedMuch);
        replica.desk.whenNetworkChanged(attachments::networkChanged);
        return attachments;
    }

    private static AttachmentRelay connect(SyncDesk desk) {
        try {
            return new AttachmentClient(desk.connect());
        } catch (SyncException e) {
            throw new AttachmentException(AttachmentException.Code.REFUSED, String.valueOf(e.getMessage()), e);
        }
    }
}
