package io.anabranch.replica.encryption;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts names of files: always to the same text, so that a file is found, and back again, so that a directory can be listed. The nonce
 * is a keyed hash of the name (a synthetic nonce, after Rogaway and Shrimpton 2006), so only equal names look equal. Thread-safe.
 */
public final class NameCipher {

    private static final int NONCE_SIZE = 16;
    private static final HexFormat HEX = HexFormat.of();

    private final SecretKeySpec forHashes;
    private final SecretKeySpec forNames;

    /** @param keys 64 bytes; the caller clears them */
    NameCipher(byte[] keys) {
        this.forHashes = new SecretKeySpec(keys, 0, 32, "HmacSHA256");
        this.forNames = new SecretKeySpec(keys, 32, 32, "AES");
    }

    /** A text of hexadecimal digits, 32 more than the name takes. */
    public String encrypt(byte[] name) {
        byte[] nonce = nonce(name);
        byte[] both = Arrays.copyOf(nonce, NONCE_SIZE + name.length);
        System.arraycopy(apply(nonce, name), 0, both, NONCE_SIZE, name.length);
        return HEX.formatHex(both);
    }

    /** The name of such a text; empty for any other. */
    public Optional<byte[]> decrypt(String text) {
        byte[] both;
        try {
            both = HEX.parseHex(text);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (both.length < NONCE_SIZE) {
            return Optional.empty();
        }
        byte[] nonce = Arrays.copyOf(both, NONCE_SIZE);
        byte[] name = apply(nonce, Arrays.copyOfRange(both, NONCE_SIZE, both.length));
        return Arrays.equals(nonce(name), nonce) ? Optional.of(name) : Optional.empty();
    }

    private byte[] nonce(byte[] name) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(forHashes);
            return Arrays.copyOf(mac.doFinal(name), NONCE_SIZE);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no HMAC in this JDK", e);
        }
    }

    private byte[] apply(byte[] nonce, byte[] bytes) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, forNames, new IvParameterSpec(nonce));
            return cipher.doFinal(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no AES in this JDK", e);
        }
    }
}
