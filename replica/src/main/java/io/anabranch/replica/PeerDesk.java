package io.anabranch.replica;

import io.anabranch.replica.grpc.PeerClient;
import io.anabranch.replica.grpc.PeerLink;
import io.anabranch.replica.grpc.PeerServer;
import io.anabranch.replica.grpc.RelayAddress;
import io.anabranch.replica.grpc.SyncException;
import io.anabranch.replica.identity.DeviceTrust;
import io.anabranch.replica.identity.Identity;
import io.anabranch.replica.identity.PeerCertificate;
import io.anabranch.replica.identity.RevocationList;
import io.anabranch.replica.peer.PeerReport;
import io.anabranch.replica.peer.PeerSession;
import io.anabranch.replica.state.CommitRun;
import io.anabranch.replica.state.ReplicaState;
import io.anabranch.replica.storage.StorageReader;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Meets other devices with no relay in reach: each is given what it lacks of the commits that the relay has not judged, as far as it may have
 * them, and carries what it may not read, sealed for the relay. Thread-safe.
 *
 * <pre>{@code
 * try (PeerDesk.Serving serving = replica.peers().serve(7443)) {
 *     PeerReport report = replica.peers().exchange(RelayAddress.parse("192.168.1.17:7443"));
 * }
 * }</pre>
 */
public final class PeerDesk {

    private final ReplicaState state;
    private final ReplicaLoop loop;
    private final Enrolment enrolment;
    private final Surroundings surroundings;

    /** What else it needs: how the records are read by whom, the clock, who is revoked, and who is told that there is more to send. */
    record Surroundings(
            StorageReader storage,
            DeviceRules rules,
            LongSupplier wallMillis,
            Supplier<RevocationList> revocations,
            Runnable onTaken) {}

    PeerDesk(ReplicaState state, ReplicaLoop loop, Enrolment enrolment, Surroundings surroundings) {
        this.state = state;
        this.loop = loop;
        this.enrolment = enrolment;
        this.surroundings = surroundings;
    }

    /** Takes exchanges until it is closed. */
    public interface Serving extends AutoCloseable {

        /** The port it listens on. */
        int port();

        @Override
        void close();
    }

    /**
     * Lets other devices of the organisation begin exchanges with this one.
     *
     * @param port 0 for any that is free
     * @throws SyncException if the port cannot be had, or this device is not enrolled
     */
    public Serving serve(int port) {
        PeerServer server = new PeerServer(port, link(), report -> taken());
        return new Serving() {
            @Override
            public int port() {
                return server.port();
            }

            @Override
            public void close() {
                server.close();
            }
        };
    }

    /**
     * Exchanges with the device at an address; blocks until it is over. What was taken before a failure stays.
     *
     * @throws SyncException if nobody answers there, or one of the two will not go on with the other; the message says why
     */
    public PeerReport exchange(RelayAddress address) {
        PeerReport report = PeerClient.exchange(address, link());
        loop.execute(this::taken);
        return report;
    }

    /** The commits of others that this device carries and that the relay has not judged, by author. */
    public List<CommitRun> carried() {
        return loop.call(() -> state.carried().runs());
    }

    private void taken() {
        surroundings.onTaken.run();
    }

    private PeerLink link() {
        Identity identity = enrolment
                .identity()
                .orElseThrow(() -> new SyncException(
                        SyncException.Code.NOT_ENROLLED,
                        "this device is not enrolled; ask for a code and run: anabranch device enrol --relay HOST:PORT --code CODE",
                        null));
        return new PeerLink(identity.keyManager(), DeviceTrust.of(identity), loop, other -> session(identity, other));
    }

    private PeerSession session(Identity identity, PeerCertificate other) {
        PeerGrants.Supply supply = new PeerGrants.Supply(
                state,
                surroundings.storage,
                identity,
                surroundings.rules::writer,
                surroundings.wallMillis,
                surroundings.revocations);
        return new PeerSession(
                state, new PeerGrants(supply, other), other.replica().orElseThrow());
    }
}
