package io.anabranch.replica;

import static io.anabranch.replica.state.ReplicaFamilies.META;

import com.google.protobuf.ByteString;
import io.anabranch.proto.Notice;
import io.anabranch.proto.SignedStatement;
import io.anabranch.proto.StandingReply;
import io.anabranch.proto.StandingRequest;
import io.anabranch.replica.grpc.RelayChannel;
import io.anabranch.replica.grpc.TrustClient;
import io.anabranch.replica.identity.Identity;
import io.anabranch.replica.identity.IdentityException;
import io.anabranch.replica.identity.RevocationList;
import io.anabranch.replica.identity.RootSet;
import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.Storage;
import io.anabranch.replica.storage.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whom this device trusts: what its relay, or another device on its behalf, has told it of others.
 *
 * <p>The relay says with each sync which list of revocations and which roots it has; what is new is fetched before the sync ends, and at
 * once while the device is live. The device's certificate is renewed when two thirds of its life are over, or when the organisation has
 * another root. Reading is thread-safe and never waits.
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
    /** What was followed last, so that what cannot be had is not asked for at each step. */
    private @Nullable Notice followed;

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
     * Brings the device up to what the relay has said, and renews its certificate when that is due. On the replica's thread.
     *
     * @param notice what the relay has said; null if it has not answered
     * @return completes on that thread when there is nothing to wait for; never exceptionally, since a sync is as good without it
     */
    CompletableFuture<@Nullable Void> follow(RelayChannel channel, @Nullable Notice notice) {
        if (notice == null || (notice.equals(followed) && !isRenewalDue())) {
            return CompletableFuture.completedFuture(null);
        }
        followed = notice;
        TrustClient client = new TrustClient(channel);
        return standing(client, notice)
                .thenComposeAsync(done -> renewed(client), loop)
                .handleAsync((done, failure) -> told(failure), loop);
    }

    private CompletableFuture<@Nullable Void> standing(TrustClient client, Notice notice) {
        boolean known =
                notice.getRevocationsVersion() == revocations.version() && notice.getRoots() == enrolment.rootsDigest();
        if (known) {
            return CompletableFuture.completedFuture(null);
        }
        return client.standing(request().build()).thenComposeAsync(reply -> taken(client, notice, reply), loop);
    }

    private StandingRequest.Builder request() {
        return StandingRequest.newBuilder().setRevocationsVersion(revocations.version());
    }

    private CompletableFuture<@Nullable Void> taken(TrustClient client, Notice notice, StandingReply reply) {
        if (reply.getRootsCount() > 0 && reply.getRootsDigest() != enrolment.rootsDigest()) {
            enrolment.trust(RootSet.parse(
                    reply.getRootsList().stream().map(ByteString::toByteArray).toList()));
        }
        if (!reply.hasRevocations() && notice.getRevocationsVersion() >= revocations.version()) {
            return CompletableFuture.completedFuture(null);
        }
        try {
            if (reply.hasRevocations()) {
                learn(reply.getRevocations());
                return CompletableFuture.completedFuture(null);
            }
        } catch (IdentityException e) {
            LOG.info("The relay's list of revocations is not taken. reason={}", e.getMessage());
        }
        LOG.info("The relay has lost revocations, and is told of them. version={}", revocations.version());
        return client.standing(request().setRevocations(revocations.signed()).build())
                .thenAcceptAsync(again -> learn(again.getRevocations()), loop);
    }

    private boolean isRenewalDue() {
        return enrolment
                .identity()
                .filter(identity -> identity.isRenewalDue(Instant.now())
                        || !identity.root().equals(identity.roots().get(0)))
                .isPresent();
    }

    private CompletableFuture<@Nullable Void> renewed(TrustClient client) {
        if (!isRenewalDue()) {
            return CompletableFuture.completedFuture(null);
        }
        Identity identity = enrolment.identity().orElseThrow();
        return client.renew(identity.keys().signingRequest(identity.deviceName()))
                .thenAcceptAsync(
                        reply -> enrolment.renew(reply.getCertificatesList().stream()
                                .map(ByteString::toByteArray)
                                .toList()),
                        loop);
    }

    private @Nullable Void told(@Nullable Throwable failure) {
        if (failure != null) {
            // Whatever it is, the next sync tries again.
            followed = null;
            LOG.info("What the relay says of trust was not taken. reason={}", failure.getMessage());
        }
        return null;
    }
}
