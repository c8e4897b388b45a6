package io.anabranch.relay.authority;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Builds and signs certificates; knows the X.509 of them, and not whom they are for. */
final class Certificates {

    /** How far back a certificate is dated, for devices whose clocks are behind. */
    static final Duration BACKDATE = Duration.ofHours(1);

    private static final int SERIAL_BITS = 128;

    private final InstantSource clock;
    private final SecureRandom random;

    Certificates(InstantSource clock, SecureRandom random) {
        this.clock = clock;
        this.random = random;
    }

    /** Who signs: a name and the two halves of its key. */
    record Issuer(X500Name name, PublicKey publicKey, PrivateKey privateKey, Instant expires) {

        static Issuer of(X509Certificate certificate, PrivateKey privateKey) {
            return new Issuer(
                    X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
                    certificate.getPublicKey(),
                    privateKey,
                    certificate.getNotAfter().toInstant());
        }
    }

    /** Whose key is certified, under which name, for how long at most. */
    record Subject(X500Name name, PublicKey publicKey, Duration lifetime) {}

    /** A certificate for an authority that may have {@code authoritiesBelow} levels of authorities below it. */
    X509Certificate authority(Issuer issuer, Subject subject, int authoritiesBelow) {
        try {
            X509v3CertificateBuilder builder = builder(issuer, subject);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authoritiesBelow));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            return sign(builder, issuer);
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw unexpected(e);
        }
    }

    /** A certificate for one end of a connection. */
    X509Certificate end(Issuer issuer, Subject subject, KeyPurposeId purpose, GeneralNames names) {
        try {
            X509v3CertificateBuilder builder = builder(issuer, subject);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
            builder.addExtension(Extension.subjectAlternativeName, false, names);
            return sign(builder, issuer);
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw unexpected(e);
        }
    }

    private X509v3CertificateBuilder builder(Issuer issuer, Subject subject)
            throws IOException, GeneralSecurityException {
        Instant now = clock.instant();
        Instant end = now.plus(subject.lifetime());
        X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                issuer.name(),
                new BigInteger(SERIAL_BITS, random).max(BigInteger.ONE),
                Date.from(now.minus(BACKDATE)),
                Date.from(end.isBefore(issuer.expires()) ? end : issuer.expires()),
                subject.name(),
                SubjectPublicKeyInfo.getInstance(subject.publicKey().getEncoded()));
        JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
        builder.addExtension(
                Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(subject.publicKey()));
        builder.addExtension(
                Extension.authorityKeyIdentifier, false, identifiers.createAuthorityKeyIdentifier(issuer.publicKey()));
        return builder;
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, Issuer issuer)
            throws IOException, GeneralSecurityException, OperatorCreationException {
        byte[] der = builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuer.privateKey()))
                .getEncoded();
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }

    private static IllegalStateException unexpected(Exception cause) {
        return new IllegalStateException("no certificate of checked parts", cause);
    }
}
