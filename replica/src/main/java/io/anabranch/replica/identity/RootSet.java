package io.anabranch.replica.identity;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The roots of an organisation as its relay lists them: the current one first, earlier ones that are still of use, and between them cross
 * certificates, by which an earlier root's key vouches for a later one's. Who trusts an earlier root trusts the later one by that; the relay
 * alone, with the issuing key and no root's, cannot bring in another root. Immutable and thread-safe.
 */
public final class RootSet {

    /** Most certificates in one. */
    public static final int COUNT_MAX = 16;

    private final List<X509Certificate> certificates;
    private final long digest;

    private RootSet(List<X509Certificate> certificates) {
        this.certificates = certificates;
        this.digest = digest(certificates);
    }

    /** The set of these certificates, the current root first. */
    public static RootSet of(Collection<X509Certificate> certificates) {
        return new RootSet(List.copyOf(certificates));
    }

    /**
     * The set of these certificates in DER.
     *
     * @throws IdentityException if one is malformed, or there are too many
     */
    public static RootSet parse(List<byte[]> der) {
        if (der.size() > COUNT_MAX) {
            throw new IdentityException("A list of roots is too long.");
        }
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            for (byte[] one : der) {
                certificates.add(P256.certificate(one));
            }
        } catch (CertificateException | RuntimeException e) {
            throw new IdentityException("A list of roots has a malformed certificate.", e);
        }
        return new RootSet(List.copyOf(certificates));
    }

    /** Each in DER, in order. */
    public List<byte[]> encoded() {
        List<byte[]> encoded = new ArrayList<>();
        certificates.forEach(certificate -> encoded.add(der(certificate)));
        return encoded;
    }

    /** All certificates, in order. Unmodifiable. */
    public List<X509Certificate> certificates() {
        return certificates;
    }

    /** The roots among them. */
    public List<X509Certificate> roots() {
        return certificates.stream().filter(RootSet::isRoot).toList();
    }

    /** Tells this set from others. */
    public long digest() {
        return digest;
    }

    private static long digest(List<X509Certificate> certificates) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            certificates.forEach(certificate -> digest.update(der(certificate)));
            return ByteBuffer.wrap(digest.digest()).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("no SHA-256 in this JDK", e);
        }
    }

    /** Those of the roots, in order, that are trusted by whoever trusts the given ones: these, and what they vouch for, over any number of steps. */
    public List<X509Certificate> trustedBy(Collection<X509Certificate> known) {
        List<X509Certificate> trusted =
                new ArrayList<>(roots().stream().filter(known::contains).toList());
        List<X509Certificate> vouching = new ArrayList<>(known);
        boolean grown = true;
        while (grown) {
            List<X509Certificate> more = roots().stream()
                    .filter(root -> !trusted.contains(root) && isVouchedFor(root, vouching))
                    .toList();
            grown = trusted.addAll(more);
            vouching.addAll(more);
        }
        return roots().stream().filter(trusted::contains).toList();
    }

    private boolean isVouchedFor(X509Certificate root, List<X509Certificate> vouching) {
        return certificates.stream()
                .filter(cross -> cross.getPublicKey().equals(root.getPublicKey())
                        && cross.getSubjectX500Principal().equals(root.getSubjectX500Principal())
                        && cross.getBasicConstraints() >= 0)
                .anyMatch(cross -> vouching.stream().anyMatch(by -> isSignedBy(cross, by)));
    }

    private static boolean isRoot(X509Certificate certificate) {
        return certificate.getBasicConstraints() >= 0 && isSignedBy(certificate, certificate);
    }

    private static boolean isSignedBy(X509Certificate certificate, X509Certificate by) {
        try {
            certificate.verify(by.getPublicKey());
            return certificate.getIssuerX500Principal().equals(by.getSubjectX500Principal());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static byte[] der(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a parsed certificate has an encoding", e);
        }
    }
}
