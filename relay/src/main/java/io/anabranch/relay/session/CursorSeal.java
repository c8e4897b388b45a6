package io.anabranch.relay.session;

import com.google.protobuf.ByteString;
import io.anabranch.relay.store.RelayStore;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Marks the cursors that are given to a user, so that they are believed when they come back. A cursor says which records a device
 * has; who could make one up could have the keys of records named to them that they never had.
 */
final class CursorSeal {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int SIZE = 16;

    private final SecretKeySpec key;
    private final byte[] user;

    CursorSeal(RelayStore store, String user) {
        this.key = new SecretKeySpec(store.secret(), ALGORITHM);
        this.user = (user + '\0').getBytes(StandardCharsets.UTF_8);
    }

    ByteString seal(byte[] message) {
        return ByteString.copyFrom(code(message), 0, SIZE).concat(ByteString.copyFrom(message));
    }

    /** The message within; not believed if this relay did not give it to this user. */
    byte[] open(ByteString sealed) {
        if (sealed.size() >= SIZE) {
            byte[] message = sealed.substring(SIZE).toByteArray();
            byte[] expected = Arrays.copyOf(code(message), SIZE);
            if (MessageDigest.isEqual(expected, sealed.substring(0, SIZE).toByteArray())) {
                return message;
            }
        }
        throw new StaleCursorException("the cursor is not one that this relay gave to this user; refresh this device");
    }

    private byte[] code(byte[] message) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(user);
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the platform lacks " + ALGORITHM, e);
        }
    }
}
