package io.anabranch.replica;

import com.google.protobuf.ByteString;
import io.anabranch.proto.RekeyRequest;
import io.anabranch.proto.RenewReply;
import io.anabranch.replica.grpc.RelayChannel;
import io.anabranch.replica.grpc.SyncException;
import io.anabranch.replica.grpc.TrustClient;
import io.anabranch.replica.identity.DeviceKeys;
import io.anabranch.replica.identity.Identity;
import io.anabranch.replica.identity.Rekeying;
import io.anabranch.replica.state.ReplicaState;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a store that is a copy of another one a replica of its own: it gets another id and other keys from the relay, and what it has not sent
 * is made anew under these. On the replica's thread.
 */
final class SuccessionDesk {

    private static final Logger LOG = LoggerFactory.getLogger(SuccessionDesk.class);

    private final ReplicaState state;
    private final Enrolment enrolment;
    private final ReplicaLoop loop;
    private final SecureRandom random = new SecureRandom();
    private @Nullable CompletableFuture<Void> running;

    SuccessionDesk(ReplicaState state, Enrolment enrolment, ReplicaLoop loop) {
        this.state = state;
        this.enrolment = enrolment;
        this.loop = loop;
    }

    /** Whether this is how a sync of a copy ends. */
    static boolean isCopied(@Nullable Throwable failure) {
        Throwable cause = failure != null && failure.getCause() instanceof SyncException known ? known : failure;
        return cause instanceof SyncException known && known.code() == SyncException.Code.COPIED;
    }

    /** Does it, once at a time; completes on the replica's thread, exceptionally if the relay does not give another id. */
    CompletableFuture<Void> succeed(RelayChannel channel) {
        CompletableFuture<Void> known = running;
        if (known != null) {
            return known;
        }
        long former = state.replica();
        long replica = random.nextLong();
        DeviceKeys keys = DeviceKeys.generate(random);
        CompletableFuture<Void> started = new TrustClient(channel)
                .rekey(request(replica, keys))
                .thenAcceptAsync(reply -> take(keys, replica, reply), loop);
        running = started;
        return started.whenComplete((done, failure) -> {
            running = null;
            if (failure == null) {
                LOG.warn(
                        "This store was a copy, or was set back, and goes on as another replica. former={} replica={}",
                        Long.toHexString(former),
                        Long.toHexString(replica));
            }
        });
    }

    private RekeyRequest request(long replica, DeviceKeys keys) {
        Identity identity = enrolment.identity().orElseThrow();
        byte[] signingRequest = keys.signingRequest(identity.deviceName());
        byte[] message = Rekeying.message(identity.replica(), replica, signingRequest);
        return RekeyRequest.newBuilder()
                .setReplica(replica)
                .setSigningRequest(ByteString.copyFrom(signingRequest))
                .setCommitKey(ByteString.copyFrom(keys.commitKey().publicKey()))
                .setOldProof(ByteString.copyFrom(identity.keys().commitKey().sign(message)))
                .setNewProof(ByteString.copyFrom(keys.commitKey().sign(message)))
                .build();
    }

    private void take(DeviceKeys keys, long replica, RenewReply reply) {
        Identity successor = enrolment.successor(
                keys,
                replica,
                reply.getCertificatesList().stream()
                        .map(ByteString::toByteArray)
                        .toList());
        state.succeed(replica, keys.commitKey()::sign, batch -> Enrolment.put(batch, successor));
        enrolment.succeeded(successor);
    }
}
