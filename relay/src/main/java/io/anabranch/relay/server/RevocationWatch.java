package io.anabranch.relay.server;

import io.anabranch.proto.Revocation;
import io.anabranch.relay.administration.RevocationBoard;
import io.anabranch.relay.admission.RevokedReplicas;
import io.anabranch.relay.server.grpc.GrpcEndpoint;
import io.anabranch.relay.store.RelayStore;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongPredicate;

/**
 * Sees to it that revocations take effect on what is connected: calls are ended with the reason, and a moment later whatever connections
 * are left. Looks into the store when it is told to and several times a second besides, since another process may have revoked.
 */
final class RevocationWatch {

    /** How often it looks without being told. */
    static final long LOOK_MILLIS = 400;

    private static final long FAREWELL_MILLIS = 300;

    private final RevocationBoard board;
    private final RevokedReplicas revoked;
    private final GrpcEndpoint grpc;
    private final OpenConnections connections;
    private final Vertx vertx;
    private Set<Long> known = new HashSet<>();

    RevocationWatch(
            RelayStore store, RevocationBoard board, GrpcEndpoint grpc, OpenConnections connections, Vertx vertx) {
        this.board = board;
        this.revoked = new RevokedReplicas(store);
        this.grpc = grpc;
        this.connections = connections;
        this.vertx = vertx;
        revoked.all().forEach(revocation -> known.add(revocation.getReplica()));
    }

    /** Looks; waits for the store. */
    synchronized void look() {
        if (!board.look()) {
            return;
        }
        Set<Long> now = new HashSet<>();
        for (Revocation revocation : revoked.all()) {
            now.add(revocation.getReplica());
        }
        Set<Long> before = known;
        LongPredicate isNew = replica -> now.contains(replica) && !before.contains(replica);
        known = now;
        grpc.cut(isNew);
        grpc.tick();
        vertx.setTimer(FAREWELL_MILLIS, timer -> connections.close(isNew));
    }
}
