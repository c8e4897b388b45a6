package io.anabranch.replica;

import static io.anabranch.replica.state.ReplicaFamilies.META;

import io.anabranch.proto.SignedStatement;
import io.anabranch.proto.StandingReply;
import io.anabranch.proto.StandingRequest;
import io.anabranch.replica.grpc.RelayChannel;
import io.anabranch.replica.grpc.TrustClient;
import io.anabranch.replica.identity.IdentityException;
import io.anabranch.replica.identity.RevocationList;
import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.Storage;
import io.anabranch.replica.storage.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whom this device trusts: what its relay, or another device on its behalf, has told it of others.
 *
 * <p>The relay says with each sync which list of revocations it has; a newer one is fetched before the sync ends, and at once while the
 * device is live. Reading is thread-safe and never waits.
 *
 * <pre>{@code
 * boolean counts = !replica.trust().revocations().isRevoked(author, seq);
 * }</pre>
 */
public final class DeviceTrust {

    private static final Logger LOG = LoggerFactory.getLogger(DeviceTrust.class);
    private static final byte[] REVOCATIONS = "trust/revocations".getBytes(StandardCharsets.US_ASCII);

    private final Storage storage;
    private final Enrolment enrolment;
    private final ReplicaLoop loop;
    private volatile RevocationList revocations;
    /** The version that was asked for last on this replica's thread, so that one that cannot be had is not asked for at each step. */
    private long askedVersion;

    private volatile Consumer<RevocationList> onRevocations = list -> {};

    DeviceTrust(Storage storage, Enrolment enrolment, ReplicaLoop loop) {
        this.storage = storage;
        this.enrolment = enrolment;
        this.loop = loop;
        byte[] stored = storage.get(META, REVOCATIONS);
        this.revocations = RevocationList.decode(stored == null ? new byte[0] : stored);
    }

    /** The latest list of revocations that has come here, from the relay or another device. */
    public RevocationList revocations() {
        return revocations;
    }

    /** Calls back with each later list, on the replica's thread: it returns at once. In place of whoever was called before. */
    public void onRevocations(Consumer<RevocationList> listener) {
        onRevocations = listener;
    }

    /**
     * Takes a list of revocations that came from anyone. Durable on return.
     *
     * @return whether it is newer than the one known before
     * @throws IdentityException if it is not one of this organisation, or lacks what was known before; nothing is changed
     */
    public boolean learn(SignedStatement statement) {
        return loop.call(() -> {
            RevocationList known = revocations;
            RevocationList grown = known.grownBy(
                    statement,
                    enrolment
                            .identity()
                            .orElseThrow(() -> new IdentityException("This device is not enrolled. Enrol it first."))
                            .trustManager());
            if (grown.version() == known.version()) {
                return false;
            }
            WriteBatch batch = new WriteBatch();
            batch.put(META, REVOCATIONS, grown.encoded());
            storage.write(batch, Durability.SYNC);
            revocations = grown;
            onRevocations.accept(grown);
            return true;
        });
    }

    /**
     * Brings the device up to what the relay has said of its list. On the replica's thread.
     *
     * @param version of the relay's list
     * @return completes on that thread when there is nothing to wait for; never exceptionally, since a sync is as good without it
     */
    CompletableFuture<Void> follow(RelayChannel channel, long version) {
        if (version == 0 || version == revocations.version() || version == askedVersion) {
            return CompletableFuture.completedFuture(null);
        }
        askedVersion = version;
        TrustClient client = new TrustClient(channel);
        return client.standing(StandingRequest.newBuilder()
                        .setRevocationsVersion(revocations.version())
                        .build())
                .thenComposeAsync(reply -> taken(client, reply), loop)
                .handleAsync((done, failure) -> told(failure), loop);
    }

    private CompletableFuture<Void> taken(TrustClient client, StandingReply reply) {
        if (!reply.hasRevocations()) {
            return CompletableFuture.completedFuture(null);
        }
        try {
            learn(reply.getRevocations());
            return CompletableFuture.completedFuture(null);
        } catch (IdentityException e) {
            LOG.info("The relay has lost revocations, and is told of them. reason={}", e.getMessage());
            return client.standing(StandingRequest.newBuilder()
                            .setRevocationsVersion(revocations.version())
                            .setRevocations(revocations.signed())
                            .build())
                    .thenAcceptAsync(again -> learn(again.getRevocations()), loop);
        }
    }

    private @Nullable Void told(@Nullable Throwable failure) {
        if (failure != null) {
            // Whatever it is, the next sync tries again.
            askedVersion = 0;
            LOG.info("What the relay says of revocations was not taken. reason={}", failure.getMessage());
        }
        return null;
    }
}
