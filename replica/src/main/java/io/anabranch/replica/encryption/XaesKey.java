package io.anabranch.replica.encryption;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key derivation of XAES-256-GCM (C2SP): from a key of 32 bytes and 12 bytes of a nonce comes the key of AES-256-GCM that is used with
 * the 12 other bytes of the nonce. It is CMAC in counter mode (NIST SP 800-108r1). Thread-safe.
 */
final class XaesKey {

    static final int NONCE_PART_SIZE = 12;
    private static final int BLOCK = 16;

    private final SecretKey key;
    private final byte[] subkey;

    /** @param bytes 32, copied by the platform's key object */
    XaesKey(byte[] bytes) {
        if (bytes.length != 32) {
            throw new IllegalArgumentException("a key has 32 bytes");
        }
        this.key = new SecretKeySpec(bytes, "AES");
        this.subkey = doubled(encrypt(new byte[BLOCK]));
    }

    /** The key of AES-256-GCM for the first 12 bytes of a nonce. */
    SecretKey derive(byte[] noncePart) {
        byte[] derived = new byte[2 * BLOCK];
        for (int number = 1; number <= 2; number++) {
            byte[] block = new byte[BLOCK];
            block[1] = (byte) number;
            block[2] = 'X';
            System.arraycopy(noncePart, 0, block, BLOCK - NONCE_PART_SIZE, NONCE_PART_SIZE);
            for (int i = 0; i < BLOCK; i++) {
                block[i] ^= subkey[i];
            }
            System.arraycopy(encrypt(block), 0, derived, (number - 1) * BLOCK, BLOCK);
        }
        try {
            return new SecretKeySpec(derived, "AES");
        } finally {
            Arrays.fill(derived, (byte) 0);
        }
    }

    private byte[] encrypt(byte[] block) {
        try {
            // One block: this is the cipher itself, not a mode.
            Cipher aes = Cipher.getInstance("AES/ECB/NoPadding");
            aes.init(Cipher.ENCRYPT_MODE, key);
            return aes.doFinal(block);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no AES in this JDK", e);
        }
    }

    /** Twice the number, in the field of CMAC. */
    private static byte[] doubled(byte[] block) {
        byte[] twice = new byte[BLOCK];
        for (int i = 0; i < BLOCK; i++) {
            int carried = i + 1 < BLOCK ? (block[i + 1] & 0xff) >>> 7 : 0;
            twice[i] = (byte) (block[i] << 1 | carried);
        }
        if (block[0] < 0) {
            twice[BLOCK - 1] ^= (byte) 0x87;
        }
        return twice;
    }
}
