package io.anabranch.replica.reconcile;

import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * Hashes items under the key of one comparison: the first half of SHA-256 over the comparison's key, the length of the item's key, it and the
 * state. For one thread.
 */
public final class ItemHash {

    /** Bytes of a comparison's key. */
    public static final int KEY_SIZE = 16;

    private final byte[] comparisonKey;
    private final MessageDigest digest;
    private final byte[] result;
    private final ByteBuffer view;
    private final byte[] length = new byte[Integer.BYTES];

    /** @param comparisonKey drawn at random for this comparison, {@value #KEY_SIZE} bytes */
    public ItemHash(byte[] comparisonKey) {
        if (comparisonKey.length != KEY_SIZE) {
            throw new IllegalArgumentException("a comparison's key is not of its size: " + comparisonKey.length);
        }
        this.comparisonKey = comparisonKey.clone();
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the platform lacks SHA-256", e);
        }
        this.result = new byte[digest.getDigestLength()];
        this.view = ByteBuffer.wrap(result);
    }

    /** The fingerprint of one item. */
    Fingerprint of(byte[] key, byte[] state) {
        digest.update(comparisonKey);
        ByteBuffer.wrap(length).putInt(key.length);
        digest.update(length);
        digest.update(key);
        digest.update(state);
        try {
            digest.digest(result, 0, result.length);
        } catch (DigestException e) {
            throw new IllegalStateException("a digest has no room", e);
        }
        return new Fingerprint(1, view.getLong(0), view.getLong(Long.BYTES));
    }

    /** That of all items of a range. */
    Fingerprint of(Items items, byte[] from, byte @Nullable [] end) {
        Fingerprint all = Fingerprint.NONE;
        try (Items.Walk walk = items.walk(from, end)) {
            while (walk.next()) {
                all = all.plus(of(walk.key(), walk.state()));
            }
        }
        return all;
    }
}
