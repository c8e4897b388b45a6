package io.anabranch.replica.state;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * One digest for all records of a store, deleted ones included: SHA-256 over their keys and canonical bytes in order of the keys. Stores
 * that have converged have the same digest.
 */
public final class StoreDigest {

    private final MessageDigest digest = sha256();
    private long records;

    /** Adds the next record; keys ascend. Configuration is left out: each user has a part of it of their own. */
    public void add(byte[] storageKey, byte[] state) {
        if (storageKey.length > 0 && storageKey[0] == '$') {
            return;
        }
        digest.update(length(storageKey));
        digest.update(storageKey);
        digest.update(length(state));
        digest.update(state);
        records++;
    }

    /** How many were added. */
    public long records() {
        return records;
    }

    /** The digest in hexadecimal; nothing may be added after. */
    public String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static byte[] length(byte[] bytes) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the platform lacks SHA-256", e);
        }
    }
}
