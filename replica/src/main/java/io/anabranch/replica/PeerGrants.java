package io.anabranch.replica;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.proto.Grant;
import io.anabranch.proto.SignedStatement;
import io.anabranch.replica.identity.CarryKey;
import io.anabranch.replica.identity.DeviceTrust;
import io.anabranch.replica.identity.Identity;
import io.anabranch.replica.identity.PeerCertificate;
import io.anabranch.replica.identity.RelaySignature;
import io.anabranch.replica.identity.RevocationList;
import io.anabranch.replica.peer.GrantRules;
import io.anabranch.replica.peer.PeerPolicy;
import io.anabranch.replica.peer.PeerRefusedException;
import io.anabranch.replica.schema.Writer;
import io.anabranch.replica.state.ReplicaState;
import io.anabranch.replica.storage.StorageReader;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Who may have what of whom, by the certificates and grants that the relay has given. For one exchange. */
final class PeerGrants implements PeerPolicy {

    private final Supply supply;
    private final PeerCertificate other;

    /** What it works with. */
    record Supply(
            ReplicaState state,
            StorageReader storage,
            Identity identity,
            Supplier<Writer> asker,
            LongSupplier wallMillis,
            Supplier<RevocationList> revocations) {}

    PeerGrants(Supply supply, PeerCertificate other) {
        this.supply = supply;
        this.other = other;
    }

    @Override
    public SignedStatement grant() {
        SignedStatement grant = supply.state
                .authors()
                .grant(supply.state.replica())
                .orElseThrow(() -> new PeerRefusedException(
                        "This device has no grant to meet others with. Sync it with the relay once."));
        requireValid(read(grant), "The grant of this device has expired. Sync it with the relay.");
        return grant;
    }

    @Override
    public List<ByteString> certificates() {
        return supply.identity.derCertificates();
    }

    @Override
    public Audience audience(SignedStatement signed) {
        if (supply.revocations.get().revocation(other.replica().orElse(0)).isPresent()) {
            throw new PeerRefusedException(
                    "The other device has been revoked. Its user may ask the administrator why.");
        }
        boolean isSigned = RelaySignature.isSigned(supply.identity.trustManager(), GrantRules.PURPOSE, signed);
        Grant grant = read(signed);
        boolean isTheirs = grant.getReplica() == other.replica().orElse(0)
                && grant.getUser().equals(other.user());
        if (!isSigned || !isTheirs) {
            throw new PeerRefusedException("The other device showed a grant that is not its own, or not the relay's.");
        }
        requireValid(grant, "The grant of the other device has expired. Sync that device with the relay.");
        GrantRules rules = GrantRules.of(grant);
        return commit -> rules.grants(
                commit,
                supply.state::view,
                new DeviceCircumstances(supply.storage, supply.wallMillis.getAsLong(), supply.asker.get()));
    }

    @Override
    public byte[] commitKey(long replica, List<ByteString> certificates) {
        Optional<PeerCertificate> author = DeviceTrust.verified(supply.identity.trustManager(), certificates)
                .filter(certificate -> certificate.replica().orElse(0) == replica);
        return author.orElseThrow(() -> new PeerRefusedException(
                        "Commits came of a device that cannot be told to be of this organisation, or whose certificate has"
                                + " expired."))
                .commitKey()
                .toByteArray();
    }

    @Override
    public byte[] seal(byte[] hash, byte[] body) {
        return CarryKey.seal(read(grant()).getCarryKey().toByteArray(), hash, body);
    }

    private void requireValid(Grant grant, String message) {
        if (grant.getExpiresMillis() <= supply.wallMillis.getAsLong()) {
            throw new PeerRefusedException(message);
        }
    }

    private static Grant read(SignedStatement grant) {
        try {
            return Grant.parseFrom(grant.getStatement());
        } catch (InvalidProtocolBufferException e) {
            throw new PeerRefusedException("A grant cannot be read. Sync both devices with the relay.");
        }
    }
}
