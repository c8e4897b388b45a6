package io.anabranch.replica.identity;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The one-time code that an administrator gives a user, to enrol a device with.
 *
 * <p>It carries a secret, which proves to the relay that the device may enrol, and the fingerprint of the organisation's
 * root certificate, which proves the relay to the device: a code is enough to enrol safely over a hostile network. As
 * text it is 30 bytes (secret, fingerprint, CRC-32 of both) in Crockford's base 32, in groups of six:
 * {@code 7ZK2M0-XQ41TB-…}. The CRC finds every wrong character and every swap of two neighbours, and all but one in four
 * thousand million of other mistakes.
 *
 * <p>Immutable. {@link #toString} shows no part of it.
 */
public final class EnrolmentCode {

    /** Bytes of the secret: 80 random bits, which live for hours and are guessed only by asking the relay. */
    public static final int SECRET_SIZE = 10;

    /** Bytes of the root's fingerprint: the first 16 of the SHA-256 of its public key, as X.509 encodes it: the same, whoever has signed it. */
    public static final int FINGERPRINT_SIZE = 16;

    /** Letters and digits in the text, not counting what separates them. */
    public static final int CHARACTERS = 48;

    private static final int GROUP = 6;
    private static final int TEXT_LENGTH_MAX = 1_000;
    private static final Pattern BETWEEN_GROUPS = Pattern.compile("(?<=\\G.{" + GROUP + "})(?=.)");

    private final byte[] secret;
    private final byte[] rootFingerprint;

    private EnrolmentCode(byte[] secret, byte[] rootFingerprint) {
        this.secret = secret;
        this.rootFingerprint = rootFingerprint;
    }

    /**
     * The code of this secret and root fingerprint, which are copied.
     *
     * @throws IllegalArgumentException if they are not {@value #SECRET_SIZE} and {@value #FINGERPRINT_SIZE} bytes
     */
    public static EnrolmentCode of(byte[] secret, byte[] rootFingerprint) {
        if (secret.length != SECRET_SIZE || rootFingerprint.length != FINGERPRINT_SIZE) {
            throw new IllegalArgumentException("secret or fingerprint of the wrong size");
        }
        return new EnrolmentCode(secret.clone(), rootFingerprint.clone());
    }

    /** A new code, its secret drawn from {@code random}, for the organisation of this root. */
    public static EnrolmentCode generate(SecureRandom random, X509Certificate root) {
        byte[] secret = new byte[SECRET_SIZE];
        random.nextBytes(secret);
        return new EnrolmentCode(secret, fingerprint(root));
    }

    /**
     * The code that a person typed or pasted: upper or lower case, spaces and dashes anywhere or nowhere, O for 0, I or L
     * for 1.
     *
     * @throws InvalidEnrolmentCodeException if it is not a code, so that a slip of the keyboard costs no attempt
     */
    public static EnrolmentCode parse(String text) {
        ByteBuffer bytes = ByteBuffer.wrap(Crockford.decode(values(text)));
        byte[] secret = new byte[SECRET_SIZE];
        byte[] fingerprint = new byte[FINGERPRINT_SIZE];
        bytes.get(secret).get(fingerprint);
        EnrolmentCode code = new EnrolmentCode(secret, fingerprint);
        if (bytes.getInt() != code.check()) {
            throw new InvalidEnrolmentCodeException();
        }
        return code;
    }

    private static byte[] values(String text) {
        byte[] values = new byte[CHARACTERS];
        int count = 0;
        for (int i = 0; i < Math.min(text.length(), TEXT_LENGTH_MAX); i++) {
            char character = text.charAt(i);
            if (separates(character)) {
                continue;
            }
            int value = Crockford.value(character);
            if (value < 0 || count == CHARACTERS) {
                throw new InvalidEnrolmentCodeException();
            }
            values[count++] = (byte) value;
        }
        if (count != CHARACTERS || text.length() > TEXT_LENGTH_MAX) {
            throw new InvalidEnrolmentCodeException();
        }
        return values;
    }

    private static boolean separates(char character) {
        return Character.isWhitespace(character)
                || Character.isSpaceChar(character)
                || Character.getType(character) == Character.DASH_PUNCTUATION;
    }

    /** The code as upper-case text, in groups of six separated by dashes; {@link #parse} reads it. */
    public String text() {
        ByteBuffer bytes = ByteBuffer.allocate(SECRET_SIZE + FINGERPRINT_SIZE + Integer.BYTES);
        bytes.put(secret).put(rootFingerprint).putInt(check());
        return BETWEEN_GROUPS.matcher(Crockford.encode(bytes.array())).replaceAll("-");
    }

    private int check() {
        CRC32 crc = new CRC32();
        crc.update(secret);
        crc.update(rootFingerprint);
        return (int) crc.getValue();
    }

    /** A copy of the secret, {@value #SECRET_SIZE} bytes. */
    public byte[] secret() {
        return secret.clone();
    }

    /** A copy of the root's fingerprint, {@value #FINGERPRINT_SIZE} bytes. */
    public byte[] rootFingerprint() {
        return rootFingerprint.clone();
    }

    /** Whether the code was issued by the organisation of this root certificate. */
    public boolean matches(X509Certificate root) {
        return MessageDigest.isEqual(rootFingerprint, fingerprint(root));
    }

    private static byte[] fingerprint(X509Certificate root) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(root.getPublicKey().getEncoded());
            return Arrays.copyOf(digest, FINGERPRINT_SIZE);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("no fingerprint of the root certificate", e);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof EnrolmentCode code
                && MessageDigest.isEqual(secret, code.secret)
                && MessageDigest.isEqual(rootFingerprint, code.rootFingerprint);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(secret) + Arrays.hashCode(rootFingerprint);
    }

    @Override
    public String toString() {
        return "EnrolmentCode";
    }
}
