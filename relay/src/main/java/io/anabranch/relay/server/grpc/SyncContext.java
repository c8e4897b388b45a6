package io.anabranch.relay.server.grpc;

import io.anabranch.proto.Device;
import io.anabranch.relay.administration.DeviceTable;
import io.anabranch.relay.admission.Author;
import io.anabranch.relay.grant.Grants;
import io.anabranch.relay.server.sequencer.Sequencer;
import io.anabranch.relay.session.Carriage;
import io.anabranch.relay.session.Downloads;
import io.anabranch.relay.session.LiveFeeds;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.replica.identity.PeerCertificate;
import io.grpc.Status;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What the sessions of sync work with.
 *
 * @param store is read
 * @param sequencer takes batches
 * @param devices says who may sync, and keeps what they report
 * @param connected is told who is
 * @param downloads begins downloads
 * @param feeds wakes them
 * @param grants signs what devices may give each other, and opens what they carry
 * @param clock the relay's
 */
public record SyncContext(
        RelayStore store,
        Sequencer sequencer,
        DeviceTable devices,
        ConnectedDevices connected,
        Downloads downloads,
        LiveFeeds feeds,
        Grants grants,
        InstantSource clock) {

    /** Whose call it is; ends the call if it is not an enrolled device's. */
    Author author(Caller caller) {
        PeerCertificate shown = caller.device();
        Device device = devices.device(shown.replica().getAsLong())
                .filter(known -> known.getUser().equals(shown.user()))
                .orElseThrow(() -> Status.PERMISSION_DENIED
                        .withDescription("this device is not enrolled with this relay; enrol it again")
                        .asRuntimeException());
        if (device.getRevokedMillis() != 0) {
            throw RevokedException.STATUS.asRuntimeException();
        }
        return author(device);
    }

    /** For what a device brings for others. */
    Carriage carriage() {
        return new Carriage() {
            @Override
            public Optional<Author> author(long replica) {
                return devices.device(replica).map(SyncContext::author);
            }

            @Override
            public Optional<byte[]> open(byte[] hash, byte[] sealed) {
                return grants.open(hash, sealed);
            }
        };
    }

    private static Author author(Device device) {
        return new Author(
                device.getReplica(), device.getUser(), device.getCommitKey().toByteArray(), device.getType());
    }

    /** A device has a stream open from now on. */
    void opened(Author author) {
        connected.opened(author.replica());
        devices.synced(author.replica(), clock.millis());
    }

    /** A stream of a device has ended. */
    void closed(Author author) {
        connected.closed(author.replica());
        devices.synced(author.replica(), clock.millis());
    }
}
