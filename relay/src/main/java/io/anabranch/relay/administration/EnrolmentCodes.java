package io.anabranch.relay.administration;

import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayTable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The table of codes: the SHA-256 of a code's secret, and for whom, until when, and whether and by which replica it was
 * used. The secrets have 80 random bits, so their hashes tell nothing.
 *
 * <pre>
 * value = expires 8, used 1, replica 8, size of the device type 2, device type, user
 * </pre>
 */
final class EnrolmentCodes {

    private static final int FIXED_SIZE = 19;

    private final RelayTable table;

    EnrolmentCodes(RelayStore store) {
        this.table = store.table("enrolment-codes");
    }

    /**
     * Whom a code is for.
     *
     * @param user the user
     * @param deviceType the only kind of device, empty for any
     */
    record Holder(String user, String deviceType) {}

    /** A code that was issued. */
    record Issued(byte[] key, Holder holder, long expiresMillis, boolean used, long replica) {

        private byte[] value() {
            byte[] name = holder.user.getBytes(StandardCharsets.UTF_8);
            byte[] type = holder.deviceType.getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(FIXED_SIZE + type.length + name.length)
                    .putLong(expiresMillis)
                    .put((byte) (used ? 1 : 0))
                    .putLong(replica)
                    .putShort((short) type.length)
                    .put(type)
                    .put(name)
                    .array();
        }

        private static Issued of(byte[] key, byte[] value) {
            ByteBuffer from = ByteBuffer.wrap(value);
            long expiresMillis = from.getLong();
            boolean used = from.get() != 0;
            long replica = from.getLong();
            byte[] type = new byte[from.getShort()];
            from.get(type);
            String user = StandardCharsets.UTF_8.decode(from).toString();
            Holder holder = new Holder(user, new String(type, StandardCharsets.UTF_8));
            return new Issued(key, holder, expiresMillis, used, replica);
        }

        String user() {
            return holder.user;
        }

        /** As which kind of device one is enrolled that says it is of some kind, or of none; empty if it cannot be. */
        Optional<String> deviceType(String claimed) {
            if (holder.deviceType.isEmpty()) {
                return Optional.of(claimed);
            }
            boolean fits = claimed.isEmpty() || claimed.equals(holder.deviceType);
            return fits ? Optional.of(holder.deviceType) : Optional.empty();
        }

        /** Whether this replica may enrol with it: it is the first, or the one that did and missed the answer. */
        boolean isFor(long asking, long nowMillis) {
            return nowMillis < expiresMillis && (!used || replica == asking);
        }
    }

    void add(byte[] secret, Holder holder, long expiresMillis) {
        Issued issued = new Issued(hash(secret), holder, expiresMillis, false, 0);
        table.put(issued.key, issued.value());
    }

    Optional<Issued> find(byte[] secret) {
        byte[] key = hash(secret);
        byte @Nullable [] value = table.get(key);
        return value == null ? Optional.empty() : Optional.of(Issued.of(key, value));
    }

    /** Uses a code for a replica; whether it did. Of several that try, also on other nodes, one does. */
    boolean use(Issued issued, long replica) {
        Issued used = new Issued(issued.key, issued.holder, issued.expiresMillis, true, replica);
        return table.replace(issued.key, issued.value(), used.value());
    }

    /** Those of this user cannot be used any more. */
    void removeOf(String user) {
        table.rows().stream()
                .map(row -> Issued.of(row.key(), row.value()))
                .filter(issued -> issued.user().equals(user))
                .forEach(issued -> table.delete(issued.key));
    }

    void removeExpired(long nowMillis) {
        table.rows().stream()
                .map(row -> Issued.of(row.key(), row.value()))
                .filter(issued -> issued.expiresMillis <= nowMillis)
                .forEach(issued -> table.delete(issued.key));
    }

    private static byte[] hash(byte[] secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the platform lacks SHA-256", e);
        }
    }
}
