package io.anabranch.replica.identity;

import com.google.protobuf.ByteString;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;

/**
 * What a client's certificate says about its holder: a device of a user, or an administrator.
 *
 * <p>The subject is {@code CN=<name>, UID=<user>}; the rest are URIs among the subject's alternative names, {@link #uris()}: what it
 * may do and, of a device, the public key of its commits, so that whoever trusts the root can tell who made a commit without asking
 * the relay. Parsing does not verify: the certificate must have passed the TLS handshake, or belong to oneself.
 *
 * @param user the user's name, 1 to {@value #NAME_LENGTH_MAX} characters, no control characters
 * @param name the device's name, or the administrator's; the same limits
 * @param replica the replica id that the certificate is bound to, present exactly on a device's
 * @param commitKey the Ed25519 public key of its commits, {@value CommitKey#PUBLIC_KEY_SIZE} bytes; empty on an administrator's
 * @param administrator whether the holder administers the relay
 */
public record PeerCertificate(
        String user, String name, OptionalLong replica, ByteString commitKey, boolean administrator) {

    /** The most characters (code points) in the name of a user or a device: what X.520 allows a common name. */
    public static final int NAME_LENGTH_MAX = 64;

    private static final String REPLICA_URI = "urn:anabranch:replica:";
    private static final String COMMIT_KEY_URI = "urn:anabranch:commit-key:";
    private static final String ADMINISTRATOR_URI = "urn:anabranch:administrator";
    private static final String OURS = "urn:anabranch:";
    private static final int URI_NAME = 6;

    /**
     * Checks the names.
     *
     * @throws IdentityException if a name is blank, too long or has control characters, if it is not exactly one of a device and an
     *     administrator, or if the commit key is not of its size
     */
    public PeerCertificate {
        requireName(user);
        requireName(name);
        if (replica.isPresent() == administrator) {
            throw new IdentityException("A certificate is either a device's or an administrator's.");
        } else if (commitKey.size() != (administrator ? 0 : CommitKey.PUBLIC_KEY_SIZE)) {
            throw new IdentityException("A device's commit key is not of its size. Update the device's software.");
        }
    }

    /** What the certificate of a user's device says; the commit key is copied. */
    public static PeerCertificate device(String user, String deviceName, long replica, byte[] commitKey) {
        return new PeerCertificate(user, deviceName, OptionalLong.of(replica), ByteString.copyFrom(commitKey), false);
    }

    /** What the certificate of an administrator says. */
    public static PeerCertificate administrator(String name) {
        return new PeerCertificate(name, name, OptionalLong.empty(), ByteString.EMPTY, true);
    }

    /**
     * What this verified certificate says.
     *
     * @throws IdentityException if it is neither a device's nor an administrator's: a relay's own, or not one of ours
     */
    public static PeerCertificate parse(X509Certificate certificate) {
        X500Name subject =
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
        String user = only(subject, BCStyle.UID);
        String name = only(subject, BCStyle.CN);
        List<String> uris = alternativeNames(certificate, URI_NAME).stream()
                .filter(uri -> uri.startsWith(OURS))
                .toList();
        if (uris.equals(List.of(ADMINISTRATOR_URI))) {
            return new PeerCertificate(user, name, OptionalLong.empty(), ByteString.EMPTY, true);
        } else if (uris.size() != 2) {
            throw notOurs();
        }
        long replica = HexFormat.fromHexDigitsToLong(hexadecimal(uris.get(0), REPLICA_URI, Long.BYTES));
        String key = hexadecimal(uris.get(1), COMMIT_KEY_URI, CommitKey.PUBLIC_KEY_SIZE);
        return device(user, name, replica, HexFormat.of().parseHex(key));
    }

    /** The subject that says the names. */
    public X500Name subject() {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.CN, new DERUTF8String(name))
                .addRDN(BCStyle.UID, new DERUTF8String(user))
                .build();
    }

    /**
     * The alternative names that say the rest, in order: the replica id in 16 hexadecimal digits and the commit key in 64, or that it is
     * an administrator.
     */
    public List<String> uris() {
        return administrator
                ? List.of(ADMINISTRATOR_URI)
                : List.of(
                        REPLICA_URI + HexFormat.of().toHexDigits(replica.getAsLong()),
                        COMMIT_KEY_URI + HexFormat.of().formatHex(commitKey.toByteArray()));
    }

    private static String only(X500Name subject, ASN1ObjectIdentifier attribute) {
        RDN[] values = subject.getRDNs(attribute);
        if (values.length == 1
                && !values[0].isMultiValued()
                && values[0].getFirst().getValue() instanceof ASN1String value) {
            return value.getString();
        }
        throw notOurs();
    }

    private static String hexadecimal(String uri, String prefix, int size) {
        String digits = uri.startsWith(prefix) ? uri.substring(prefix.length()) : "";
        if (digits.length() != 2 * size || !digits.chars().allMatch(HexFormat::isHexDigit)) {
            throw notOurs();
        }
        return digits;
    }

    /** The subject's alternative names of this kind (a tag of RFC 5280's GeneralName that stands for a string). */
    static List<String> alternativeNames(X509Certificate certificate, int kind) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream()
                            .filter(name -> name.get(0).equals(kind))
                            .map(name -> String.valueOf(name.get(1)))
                            .toList();
        } catch (CertificateParsingException e) {
            throw new IdentityException("The certificate is malformed. Enrol the device again.", e);
        }
    }

    static void requireName(String name) {
        if (name.isBlank()
                || name.codePointCount(0, name.length()) > NAME_LENGTH_MAX
                || name.codePoints().anyMatch(PeerCertificate::isUnprintable)) {
            throw new IdentityException("The name of a user or device must have 1 to " + NAME_LENGTH_MAX
                    + " characters and no control characters. Choose another name.");
        }
    }

    private static boolean isUnprintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                true;
            // Invisible, and able to turn a line of a list around; only the joiners belong to names.
            case Character.FORMAT -> codePoint != 0x200C && codePoint != 0x200D;
            default -> false;
        };
    }

    private static IdentityException notOurs() {
        return new IdentityException(
                "The certificate is neither a device's nor an administrator's. Enrol the device with the relay.");
    }
}
