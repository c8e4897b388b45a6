package io.anabranch.replica.identity;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The private keys of a device: P-256 for TLS, and the {@link CommitKey}. A device makes them itself, and they never
 * leave it. Immutable and thread-safe.
 */
public final class DeviceKeys {

    private static final byte FORMAT = 1;
    private static final int DIGEST_SIZE = 32;

    private final KeyPair tls;
    private final CommitKey commitKey;

    private DeviceKeys(KeyPair tls, CommitKey commitKey) {
        this.tls = tls;
        this.commitKey = commitKey;
    }

    /** New keys, drawn from {@code random}. */
    public static DeviceKeys generate(SecureRandom random) {
        return new DeviceKeys(P256.generate(random), CommitKey.generate(random));
    }

    /**
     * The keys that {@link #encoded} wrote.
     *
     * @throws IdentityException if the bytes are damaged
     */
    public static DeviceKeys decode(byte[] encoded) {
        int end = encoded.length - DIGEST_SIZE;
        if (end < 1
                || encoded[0] != FORMAT
                || !MessageDigest.isEqual(digest(encoded, end), Arrays.copyOfRange(encoded, end, encoded.length))) {
            throw damaged(null);
        }
        ByteBuffer bytes = ByteBuffer.wrap(encoded, 1, end - 1);
        try {
            CommitKey commitKey = CommitKey.ofSeed(take(bytes, CommitKey.SEED_SIZE));
            PublicKey publicKey = P256.publicKey(take(bytes, bytes.getShort()));
            PrivateKey privateKey = P256.privateKey(take(bytes, bytes.remaining()));
            return new DeviceKeys(new KeyPair(publicKey, privateKey), commitKey);
        } catch (GeneralSecurityException | BufferUnderflowException | NegativeArraySizeException e) {
            throw damaged(e);
        }
    }

    private static byte[] take(ByteBuffer bytes, int size) {
        byte[] taken = new byte[size];
        bytes.get(taken);
        return taken;
    }

    /** Both private keys as bytes for storing, under a digest that shows damage. They are the whole secret, unencrypted. */
    public byte[] encoded() {
        byte[] publicKey = tls.getPublic().getEncoded();
        byte[] privateKey = tls.getPrivate().getEncoded();
        int end = 1 + CommitKey.SEED_SIZE + Short.BYTES + publicKey.length + privateKey.length;
        ByteBuffer bytes = ByteBuffer.allocate(end + DIGEST_SIZE);
        bytes.put(FORMAT).put(commitKey.seed());
        bytes.putShort((short) publicKey.length).put(publicKey).put(privateKey);
        return bytes.put(digest(bytes.array(), end)).array();
    }

    /**
     * A signing request for the TLS key: PKCS #10 in DER, with the subject {@code CN=<device name>}. Signed, so that
     * whoever has it knows that the device has the private key.
     *
     * @throws IdentityException if the name is blank, longer than {@value PeerCertificate#NAME_LENGTH_MAX} characters or
     *     has control characters
     */
    public byte[] signingRequest(String deviceName) {
        PeerCertificate.requireName(deviceName);
        X500NameBuilder subject = new X500NameBuilder(BCStyle.INSTANCE);
        subject.addRDN(BCStyle.CN, new DERUTF8String(deviceName));
        try {
            return new JcaPKCS10CertificationRequestBuilder(subject.build(), tls.getPublic())
                    .build(new JcaContentSignerBuilder(P256.SIGNATURE).build(tls.getPrivate()))
                    .getEncoded();
        } catch (OperatorCreationException | IOException e) {
            throw new IllegalStateException("no signing request", e);
        }
    }

    /** The key that signs the device's commits. */
    public CommitKey commitKey() {
        return commitKey;
    }

    /** The private key of the device's TLS certificate. */
    public PrivateKey tlsPrivateKey() {
        return tls.getPrivate();
    }

    private static byte[] digest(byte[] bytes, int end) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, 0, end);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("no SHA-256 in this JDK", e);
        }
    }

    private static IdentityException damaged(@Nullable Throwable cause) {
        String message = "The device's stored keys are damaged. Restore its data from a backup, or enrol it again.";
        return cause == null ? new IdentityException(message) : new IdentityException(message, cause);
    }
}
