package io.anabranch.relay.administration;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.proto.CreateEnrolmentCodeReply;
import io.anabranch.proto.Device;
import io.anabranch.proto.User;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayTable;
import io.anabranch.replica.identity.EnrolmentCode;
import io.anabranch.replica.identity.PeerCertificate;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * What an administrator does: users, and codes for their devices. Whoever calls has been found to be one.
 *
 * <p>Thread-safe; each method reads or writes small tables of the store, waits for the disk, and is durable on return.
 * Fails as the store does.
 *
 * <pre>{@code
 * String code = administration.createEnrolmentCode("ann").getCode();
 * }</pre>
 */
public final class RelayAdministration {

    /** How long a code can be used. */
    public static final Duration CODE_LIFETIME = Duration.ofDays(7);

    /** Most attributes of a user. */
    public static final int ATTRIBUTES_MAX = 100;

    private static final int ATTRIBUTE_LENGTH_MAX = 1_000;

    private final RelayTable users;
    private final DeviceTable devices;
    private final EnrolmentCodes codes;
    private final X509Certificate root;
    private final InstantSource clock;
    private final SecureRandom random;

    /**
     * The administration of a relay's store.
     *
     * @param root of the relay's certificate authority, whose fingerprint codes carry
     * @param clock for the expiry of codes
     * @param random for their secrets
     */
    public RelayAdministration(RelayStore store, X509Certificate root, InstantSource clock, SecureRandom random) {
        this.users = store.table("users");
        this.devices = new DeviceTable(store);
        this.codes = new EnrolmentCodes(store);
        this.root = root;
        this.clock = clock;
        this.random = random;
    }

    /**
     * A new code, with which one device can be enrolled for this user within {@link #CODE_LIFETIME}. Only a hash of it is
     * kept. A user who is not known is added.
     *
     * @throws io.anabranch.replica.identity.IdentityException if the name is not one of a user; it says why
     */
    public CreateEnrolmentCodeReply createEnrolmentCode(String user) {
        PeerCertificate.administrator(user);
        users.putIfAbsent(key(user), User.newBuilder().setName(user).build().toByteArray());
        EnrolmentCode code = EnrolmentCode.generate(random, root);
        long now = clock.millis();
        long expires = now + CODE_LIFETIME.toMillis();
        codes.removeExpired(now);
        codes.add(code.secret(), user, expires);
        return CreateEnrolmentCodeReply.newBuilder()
                .setCode(code.text())
                .setExpiresMillis(expires)
                .build();
    }

    /**
     * Adds a user, or replaces what is known of one.
     *
     * @return the user as stored
     * @throws io.anabranch.replica.identity.IdentityException if the name is not one of a user; it says why
     * @throws IllegalArgumentException if there are too many attributes, or one is too long
     */
    public User putUser(User user) {
        PeerCertificate.administrator(user.getName());
        requireAttributes(user);
        users.put(key(user.getName()), user.toByteArray());
        return user;
    }

    private static void requireAttributes(User user) {
        boolean fits = user.getAttributesCount() <= ATTRIBUTES_MAX
                && user.getProfile().length() <= ATTRIBUTE_LENGTH_MAX
                && user.getAttributesMap().entrySet().stream()
                        .allMatch(attribute -> !attribute.getKey().isBlank()
                                && attribute.getKey().length() <= ATTRIBUTE_LENGTH_MAX
                                && attribute.getValue().length() <= ATTRIBUTE_LENGTH_MAX);
        if (!fits) {
            throw new IllegalArgumentException("A user has at most " + ATTRIBUTES_MAX
                    + " attributes, with names, and texts of at most " + ATTRIBUTE_LENGTH_MAX + " characters.");
        }
    }

    /** All users, by name. */
    public List<User> listUsers() {
        return users.rows().stream().map(row -> user(row.value())).toList();
    }

    /** All enrolled devices, by replica id, with what they last said of themselves. */
    public List<Device> listDevices() {
        return devices.list();
    }

    private static byte[] key(String user) {
        return user.getBytes(StandardCharsets.UTF_8);
    }

    private static User user(byte[] value) {
        try {
            return User.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a user's entry is damaged; restore the relay's data", e);
        }
    }
}
