package io.anabranch.replica.encryption;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Encrypts values, each for the place where it stands, so that it can be read nowhere else, and so that one that was changed is an error.
 *
 * <p><b>The cipher</b> is XAES-256-GCM: AES-256-GCM, for which processors have instructions, under a key that is derived from the first
 * half of a nonce of 24 bytes. The <b>first half</b> of the nonce is drawn at random when this object is made, and again after
 * 2<sup>32</sup> values; the <b>second half</b> counts the values under it. So
 *
 * <ul>
 *   <li>within a process no nonce is used twice, without a random number for each value, of which AES-GCM bears only 2<sup>32</sup> under
 *       one key;
 *   <li>nothing about nonces is kept on the disk, so no crash, torn write, restored backup or copy of the store can make one come again:
 *       whoever opens it draws a half of its own. That two of a million openings of a store and all its copies draw the same 96 bits has a
 *       probability below 10<sup>-17</sup>;
 *   <li>no key of AES-GCM encrypts more than 2<sup>32</sup> values, which keeps the advantage of an attacker far below 2<sup>-32</sup> for
 *       values of any size that a store has.
 * </ul>
 *
 * The one thing that would make a nonce come again is a copy of a running process, with its memory, of which both go on.
 *
 * <p><b>Bytes</b>: 12 of the first half, 4 of the count, the value's, 16 of the tag. The first 16 are another each time anything is
 * encrypted. <b>What it does not hide</b>: the size of a value, and when it was written in relation to others. An older value
 * that is put back in its place is not noticed.
 *
 * <p>Thread-safe.
 */
public final class ValueCipher {

    /** How many bytes an encrypted value has more. */
    public static final int OVERHEAD = 32;

    /** How many of the first bytes no other encrypted value has. */
    public static final int MARK_SIZE = 16;

    private static final int TAG_BITS = 128;
    private static final int NONCE_SIZE = 12;
    private static final int HALVES_KEPT = 4096;
    private static final ThreadLocal<Cipher> CIPHER = ThreadLocal.withInitial(ValueCipher::newCipher);

    private final XaesKey key;
    private final SecureRandom random;
    private final long valuesPerHalf;
    private final Map<ByteBuffer, SecretKey> derived = new ConcurrentHashMap<>();
    private volatile Half half;

    /** The first half of nonces, with its key and how often it was used. */
    private static final class Half {

        private final byte[] bytes;
        private final SecretKey key;
        private final AtomicLong used = new AtomicLong();

        Half(byte[] bytes, SecretKey key) {
            this.bytes = bytes;
            this.key = key;
        }
    }

    /** @param key 32 bytes, for this use alone; the caller clears them */
    ValueCipher(byte[] key, SecureRandom random) {
        this(key, random, 1L << 32);
    }

    ValueCipher(byte[] key, SecureRandom random, long valuesPerHalf) {
        this.key = new XaesKey(key);
        this.random = random;
        this.valuesPerHalf = valuesPerHalf;
        this.half = newHalf();
    }

    /**
     * Encrypts a value.
     *
     * @param value not changed
     * @param place what it can be decrypted for, in parts; the caller sees that different places are different when joined
     */
    public byte[] encrypt(byte[] value, byte[]... place) {
        Half used = half;
        long count = used.used.getAndIncrement();
        while (count >= valuesPerHalf) {
            renew(used);
            used = half;
            count = used.used.getAndIncrement();
        }
        byte[] encrypted = new byte[value.length + OVERHEAD];
        System.arraycopy(used.bytes, 0, encrypted, 0, XaesKey.NONCE_PART_SIZE);
        ByteBuffer.wrap(encrypted).putInt(XaesKey.NONCE_PART_SIZE, (int) count);
        try {
            Cipher cipher = CIPHER.get();
            cipher.init(Cipher.ENCRYPT_MODE, used.key, nonce((int) count));
            for (byte[] part : place) {
                cipher.updateAAD(part);
            }
            cipher.doFinal(value, 0, value.length, encrypted, MARK_SIZE);
            return encrypted;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a value could not be encrypted", e);
        }
    }

    /**
     * Decrypts a value.
     *
     * @param encrypted not changed; anything
     * @param place as it was encrypted for
     * @return empty if these are not bytes that were encrypted for the place under the same key
     */
    public Optional<byte[]> decrypt(byte[] encrypted, byte[]... place) {
        if (encrypted.length < OVERHEAD) {
            return Optional.empty();
        }
        ByteBuffer first = ByteBuffer.wrap(encrypted, 0, XaesKey.NONCE_PART_SIZE);
        SecretKey under = derived.get(first);
        try {
            Cipher cipher = CIPHER.get();
            int count = ByteBuffer.wrap(encrypted).getInt(XaesKey.NONCE_PART_SIZE);
            cipher.init(Cipher.DECRYPT_MODE, under == null ? derive(first) : under, nonce(count));
            for (byte[] part : place) {
                cipher.updateAAD(part);
            }
            return Optional.of(cipher.doFinal(encrypted, MARK_SIZE, encrypted.length - MARK_SIZE));
        } catch (AEADBadTagException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a value could not be decrypted", e);
        }
    }

    /** As {@link #decrypt}, or fails with what a caller says. */
    public byte[] require(byte[] encrypted, Supplier<? extends RuntimeException> damaged, byte[]... place) {
        return decrypt(encrypted, place).orElseThrow(damaged);
    }

    private SecretKey derive(ByteBuffer first) {
        byte[] bytes = new byte[XaesKey.NONCE_PART_SIZE];
        first.duplicate().get(bytes);
        SecretKey under = key.derive(bytes);
        if (derived.size() >= HALVES_KEPT) {
            derived.clear();
        }
        derived.put(ByteBuffer.wrap(bytes), under);
        return under;
    }

    private synchronized void renew(Half full) {
        if (half == full) {
            half = newHalf();
        }
    }

    private Half newHalf() {
        byte[] bytes = new byte[XaesKey.NONCE_PART_SIZE];
        random.nextBytes(bytes);
        SecretKey under = key.derive(bytes);
        derived.put(ByteBuffer.wrap(bytes), under);
        return new Half(bytes, under);
    }

    /** The second half of a nonce: zeros, and the count. */
    private static GCMParameterSpec nonce(int count) {
        byte[] nonce = new byte[NONCE_SIZE];
        ByteBuffer.wrap(nonce).putInt(NONCE_SIZE - Integer.BYTES, count);
        return new GCMParameterSpec(TAG_BITS, nonce);
    }

    private static Cipher newCipher() {
        try {
            return Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no AES-GCM in this JDK", e);
        }
    }
}
