package io.anabranch.replica;

import static io.anabranch.replica.state.ReplicaFamilies.META;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.crdt.Value;
import io.anabranch.proto.KnownRoots;
import io.anabranch.replica.grpc.DeviceLabel;
import io.anabranch.replica.grpc.EnrolmentClient;
import io.anabranch.replica.grpc.RelayAddress;
import io.anabranch.replica.identity.DeviceKeys;
import io.anabranch.replica.identity.EnrolmentCode;
import io.anabranch.replica.identity.Identity;
import io.anabranch.replica.identity.IdentityException;
import io.anabranch.replica.identity.RootSet;
import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.Storage;
import io.anabranch.replica.storage.WriteBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who a replica is: its keys and id, made when the store is, and its certificate and relay once it has been enrolled. */
final class Enrolment {

    private static final byte[] KEYS = key("keys");
    private static final byte[] REPLICA = key("replica");
    private static final byte[] CERTIFICATES = key("certificates");
    private static final byte[] RELAY = key("relay");
    private static final byte[] ROOTS = key("roots");
    private static final byte[] TYPE = key("type");

    private final Storage storage;
    private DeviceKeys keys;
    private long replica;
    private String deviceType;
    private @Nullable Identity identity;
    private long rootsDigest;
    private @Nullable RelayAddress relay;

    Enrolment(Storage storage, SecureRandom random) {
        this.storage = storage;
        byte[] storedKeys = storage.get(META, KEYS);
        byte[] storedReplica = storage.get(META, REPLICA);
        if (storedKeys == null || storedReplica == null) {
            this.keys = DeviceKeys.generate(random);
            this.replica = random.nextLong();
            storeKeys();
        } else {
            this.keys = DeviceKeys.decode(storedKeys);
            this.replica = ByteBuffer.wrap(storedReplica).getLong();
        }
        byte[] certificates = storage.get(META, CERTIFICATES);
        KnownRoots roots = roots(storage.get(META, ROOTS));
        this.rootsDigest = roots.getDigest();
        this.identity = certificates == null
                ? null
                : Identity.decode(keys, certificates).trusting(set(roots).roots());
        byte[] type = storage.get(META, TYPE);
        this.deviceType = type == null ? "" : new String(type, StandardCharsets.UTF_8);
        byte[] address = storage.get(META, RELAY);
        this.relay = address == null ? null : RelayAddress.parse(new String(address, StandardCharsets.UTF_8));
    }

    synchronized DeviceKeys keys() {
        return keys;
    }

    synchronized long replica() {
        return replica;
    }

    synchronized Optional<Identity> identity() {
        return Optional.ofNullable(identity);
    }

    /** What conditions call {@code :device.NAME}. */
    synchronized Map<String, List<Value>> device() {
        List<Value> type = deviceType.isEmpty() ? List.of() : List.of(Value.of(deviceType));
        return Map.of("id", List.of(Value.of(Long.toHexString(replica))), "type", type);
    }

    synchronized Optional<RelayAddress> relay() {
        return Optional.ofNullable(relay);
    }

    void enrol(RelayAddress address, EnrolmentCode code, DeviceLabel label) {
        EnrolmentClient.Enrolled enrolled = EnrolmentClient.enrol(address, code, keys, replica, label);
        accept(address, enrolled, enrolled.deviceType());
    }

    private synchronized void accept(RelayAddress address, EnrolmentClient.Enrolled answer, String type) {
        // Nothing is known to compare these with, but the relay has shown that it is the one whose root the code names.
        Identity enrolled = answer.identity().trusting(answer.roots().roots());
        WriteBatch batch = new WriteBatch();
        KnownRoots known = known(answer.roots().digest(), enrolled.roots());
        batch.put(META, ROOTS, known.toByteArray());
        rootsDigest = known.getDigest();
        batch.put(META, CERTIFICATES, enrolled.encodedCertificates());
        batch.put(META, RELAY, address.toString().getBytes(StandardCharsets.UTF_8));
        batch.put(META, TYPE, type.getBytes(StandardCharsets.UTF_8));
        storage.write(batch, Durability.SYNC);
        deviceType = type;
        identity = enrolled;
        relay = address;
    }

    /** The digest of the roots that the relay listed last. */
    synchronized long rootsDigest() {
        return rootsDigest;
    }

    /**
     * Trusts the roots that the relay lists from now on, as far as those that are trusted vouch for them.
     *
     * @throws IdentityException if none is
     */
    synchronized void trust(RootSet listed) {
        Identity current = Objects.requireNonNull(identity, "a device that is not enrolled has no roots");
        List<X509Certificate> trusted = listed.trustedBy(current.roots());
        if (trusted.isEmpty()) {
            throw new IdentityException(
                    "None of the roots that the relay lists is vouched for by one that this device trusts.");
        }
        Identity changed = current.trusting(trusted);
        store(changed, listed.digest());
    }

    /**
     * Takes another certificate for the same keys.
     *
     * @throws IdentityException if it is not for this device, or of a root that is not trusted
     */
    synchronized void renew(List<byte[]> certificates) {
        Identity current = Objects.requireNonNull(identity, "a device that is not enrolled has no certificate");
        Identity renewed = Identity.of(keys, certificates);
        if (renewed.replica() != replica || !renewed.user().equals(current.user())) {
            throw new IdentityException("The certificate is another device's.");
        } else if (!current.roots().contains(renewed.root())) {
            throw new IdentityException("The certificate is of a root that this device does not trust.");
        }
        store(renewed.trusting(current.roots()), rootsDigest);
    }

    /**
     * What makes this device another replica.
     *
     * @param certificates of the new keys, as the relay issued them
     * @throws IdentityException if they are not for these keys and this id, or of a root that is not trusted
     */
    synchronized Identity successor(DeviceKeys newKeys, long newReplica, List<byte[]> certificates) {
        Identity current = Objects.requireNonNull(identity, "a device that is not enrolled has no successor");
        Identity successor = Identity.of(newKeys, certificates);
        if (successor.replica() != newReplica || !successor.user().equals(current.user())) {
            throw new IdentityException("The certificate is another device's.");
        } else if (!current.roots().contains(successor.root())) {
            throw new IdentityException("The certificate is of a root that this device does not trust.");
        }
        return successor.trusting(current.roots());
    }

    /** Adds to a batch that the device is this one. */
    static void put(WriteBatch batch, Identity successor) {
        batch.put(META, KEYS, successor.keys().encoded());
        batch.put(
                META,
                REPLICA,
                ByteBuffer.allocate(Long.BYTES).putLong(successor.replica()).array());
        batch.put(META, CERTIFICATES, successor.encodedCertificates());
    }

    /** That batch is written. */
    synchronized void succeeded(Identity successor) {
        keys = successor.keys();
        replica = successor.replica();
        identity = successor;
    }

    private void store(Identity changed, long digest) {
        WriteBatch batch = new WriteBatch();
        batch.put(META, CERTIFICATES, changed.encodedCertificates());
        batch.put(META, ROOTS, known(digest, changed.roots()).toByteArray());
        storage.write(batch, Durability.SYNC);
        identity = changed;
        rootsDigest = digest;
    }

    private static KnownRoots known(long digest, List<X509Certificate> roots) {
        KnownRoots.Builder known = KnownRoots.newBuilder().setDigest(digest);
        RootSet.of(roots).encoded().forEach(der -> known.addRoots(ByteString.copyFrom(der)));
        return known.build();
    }

    private static RootSet set(KnownRoots known) {
        return RootSet.parse(
                known.getRootsList().stream().map(ByteString::toByteArray).toList());
    }

    private static KnownRoots roots(byte @Nullable [] stored) {
        try {
            return stored == null ? KnownRoots.getDefaultInstance() : KnownRoots.parseFrom(stored);
        } catch (InvalidProtocolBufferException e) {
            throw new IdentityException("The device's stored roots are damaged. Restore its data from a backup.", e);
        }
    }

    synchronized void move(RelayAddress address) {
        WriteBatch batch = new WriteBatch();
        batch.put(META, RELAY, address.toString().getBytes(StandardCharsets.UTF_8));
        storage.write(batch, Durability.SYNC);
        relay = address;
    }

    private void storeKeys() {
        WriteBatch batch = new WriteBatch();
        batch.put(META, KEYS, keys.encoded());
        batch.put(
                META, REPLICA, ByteBuffer.allocate(Long.BYTES).putLong(replica).array());
        storage.write(batch, Durability.SYNC);
    }

    private static byte[] key(String name) {
        return ("identity/" + name).getBytes(StandardCharsets.US_ASCII);
    }
}
