package io.anabranch.replica;

import io.anabranch.replica.grpc.RelayAddress;
import io.anabranch.replica.grpc.RelayChannel;
import io.anabranch.replica.grpc.SyncException;
import io.anabranch.replica.identity.Identity;
import org.jspecify.annotations.Nullable;

/** The channels to a replica's relay. */
final class RelayLinks {

    private final Enrolment enrolment;
    private @Nullable RelayChannel channel;
    private @Nullable Endpoint channelEndpoint;

    /** Where the relay is and who asks. */
    record Endpoint(RelayAddress address, Identity identity) {
        RelayChannel open() {
            return new RelayChannel(address, identity.keyManager(), identity.trustManager());
        }
    }

    RelayLinks(Enrolment enrolment) {
        this.enrolment = enrolment;
    }

    boolean isEnrolled() {
        return enrolment.relay().isPresent();
    }

    /** Any thread. */
    Endpoint endpoint() {
        RelayAddress address = enrolment.relay().orElseThrow(RelayLinks::notEnrolled);
        return new Endpoint(address, enrolment.identity().orElseThrow(RelayLinks::notEnrolled));
    }

    /** The channel of earlier syncs, so that only the first pays for a TLS handshake. */
    RelayChannel kept(Endpoint endpoint) {
        RelayChannel current = channel;
        if (current == null || !endpoint.equals(channelEndpoint)) {
            drop();
            current = endpoint.open();
            channel = current;
            channelEndpoint = endpoint;
        }
        return current;
    }

    void drop() {
        if (channel != null) {
            channel.close();
            channel = null;
        }
    }

    private static SyncException notEnrolled() {
        return new SyncException(
                SyncException.Code.NOT_ENROLLED,
                "this device is not enrolled; ask for a code and run: anabranch device enrol --relay HOST:PORT --code CODE",
                null);
    }
}
