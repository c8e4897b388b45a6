package io.anabranch.replica;

import static io.anabranch.replica.state.ReplicaFamilies.META;

import io.anabranch.crdt.Value;
import io.anabranch.replica.grpc.DeviceLabel;
import io.anabranch.replica.grpc.EnrolmentClient;
import io.anabranch.replica.grpc.RelayAddress;
import io.anabranch.replica.identity.DeviceKeys;
import io.anabranch.replica.identity.EnrolmentCode;
import io.anabranch.replica.identity.Identity;
import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.Storage;
import io.anabranch.replica.storage.WriteBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who a replica is: its keys and id, made when the store is, and its certificate and relay once it has been enrolled. */
final class Enrolment {

    private static final byte[] KEYS = key("keys");
    private static final byte[] REPLICA = key("replica");
    private static final byte[] CERTIFICATES = key("certificates");
    private static final byte[] RELAY = key("relay");
    private static final byte[] TYPE = key("type");

    private final Storage storage;
    private final DeviceKeys keys;
    private final long replica;
    private String deviceType;
    private @Nullable Identity identity;
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
        this.identity = certificates == null ? null : Identity.decode(keys, certificates);
        byte[] type = storage.get(META, TYPE);
        this.deviceType = type == null ? "" : new String(type, StandardCharsets.UTF_8);
        byte[] address = storage.get(META, RELAY);
        this.relay = address == null ? null : RelayAddress.parse(new String(address, StandardCharsets.UTF_8));
    }

    DeviceKeys keys() {
        return keys;
    }

    long replica() {
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
        accept(address, enrolled.identity(), enrolled.deviceType());
    }

    private synchronized void accept(RelayAddress address, Identity enrolled, String type) {
        WriteBatch batch = new WriteBatch();
        batch.put(META, CERTIFICATES, enrolled.encodedCertificates());
        batch.put(META, RELAY, address.toString().getBytes(StandardCharsets.UTF_8));
        batch.put(META, TYPE, type.getBytes(StandardCharsets.UTF_8));
        storage.write(batch, Durability.SYNC);
        deviceType = type;
        identity = enrolled;
        relay = address;
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
