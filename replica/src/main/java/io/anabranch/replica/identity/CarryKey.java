package io.anabranch.replica.identity;

import io.anabranch.replica.commit.CommitChain;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.hpke.HPKEContext;
import org.bouncycastle.crypto.hpke.HPKEContextWithEncapsulation;

/**
 * What commits are sealed with for the relay: HPKE (RFC 9180) in base mode with X25519, HKDF-SHA256 and AES-256-GCM, bound to the hash of the
 * body. Stateless and thread-safe.
 */
public final class CarryKey {

    /** Bytes of a public or private key, and of what a sealed content begins with. */
    public static final int KEY_SIZE = 32;

    private static final byte[] CONTEXT = "anabranch sealed commit".getBytes(StandardCharsets.US_ASCII);

    private CarryKey() {}

    /** A new one each time: its digests are not for several threads. */
    private static HPKE suite() {
        return new HPKE(HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM256);
    }

    /** A key pair: the private key, then the public one. */
    public static byte[] generate() {
        HPKE suite = suite();
        AsymmetricCipherKeyPair pair = suite.generatePrivateKey();
        return ByteBuffer.allocate(2 * KEY_SIZE)
                .put(suite.serializePrivateKey(pair.getPrivate()))
                .put(suite.serializePublicKey(pair.getPublic()))
                .array();
    }

    /**
     * Seals a body.
     *
     * @throws IdentityException if the key is none
     */
    public static byte[] seal(byte[] publicKey, byte[] hash, byte[] body) {
        HPKE suite = suite();
        try {
            HPKEContextWithEncapsulation context = suite.setupBaseS(suite.deserializePublicKey(publicKey), CONTEXT);
            byte[] encapsulated = context.getEncapsulation();
            byte[] content = context.seal(hash, body);
            return ByteBuffer.allocate(encapsulated.length + content.length)
                    .put(encapsulated)
                    .put(content)
                    .array();
        } catch (InvalidCipherTextException | IllegalArgumentException | IllegalStateException e) {
            throw new IdentityException("The relay's key for sealed commits is damaged. Sync with the relay.", e);
        }
    }

    /** The body that was sealed; empty if it was sealed for another key, was altered, or does not have the hash. */
    public static Optional<byte[]> open(byte[] keyPair, byte[] hash, byte[] sealed) {
        if (sealed.length <= KEY_SIZE) {
            return Optional.empty();
        }
        HPKE suite = suite();
        try {
            AsymmetricCipherKeyPair pair = suite.deserializePrivateKey(
                    Arrays.copyOf(keyPair, KEY_SIZE), Arrays.copyOfRange(keyPair, KEY_SIZE, 2 * KEY_SIZE));
            HPKEContext context = suite.setupBaseR(Arrays.copyOf(sealed, KEY_SIZE), pair, CONTEXT);
            byte[] body = context.open(hash, Arrays.copyOfRange(sealed, KEY_SIZE, sealed.length));
            return Arrays.equals(CommitChain.hash(body), hash) ? Optional.of(body) : Optional.empty();
        } catch (InvalidCipherTextException | IllegalArgumentException | IllegalStateException e) {
            return Optional.empty();
        }
    }
}
