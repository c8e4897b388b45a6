package io.anabranch.replica.identity;

import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * What an enrolled device has: its keys and the certificate chain that says whose they are. The certificate binds the TLS
 * key to a user, a device's name and a replica id. Immutable and thread-safe.
 *
 * <pre>{@code
 * DeviceKeys keys = DeviceKeys.generate(random);
 * // send keys.signingRequest("Ann's tablet") to the relay with an enrolment code, and get certificates
 * Identity identity = Identity.of(keys, certificates);
 * }</pre>
 */
public final class Identity {

    /** The DNS name in every relay's certificate, and in no other's. */
    public static final String RELAY_NAME = "anabranch-relay";

    private static final String PKI_PATH = "PkiPath";

    private final DeviceKeys keys;
    private final TlsIdentity tls;
    private final PeerCertificate self;
    private final List<X509Certificate> roots;

    private Identity(DeviceKeys keys, TlsIdentity tls, PeerCertificate self, List<X509Certificate> roots) {
        this.keys = keys;
        this.tls = tls;
        this.self = self;
        this.roots = roots;
    }

    /**
     * The identity of these keys with the certificates that the relay issued, each in DER: its own first, then the issuing
     * authority's, then the root.
     *
     * @throws IdentityException if a certificate is malformed, the first is not a device's, or they do not belong together
     *     or not to the keys
     */
    public static Identity of(DeviceKeys keys, List<byte[]> derCertificates) {
        List<X509Certificate> chain = new ArrayList<>();
        try {
            for (byte[] der : derCertificates) {
                chain.add(P256.certificate(der));
            }
        } catch (CertificateException e) {
            throw new IdentityException("The relay sent a malformed certificate. Enrol the device again.", e);
        }
        return ofChain(keys, chain);
    }

    private static Identity ofChain(DeviceKeys keys, List<X509Certificate> chain) {
        TlsIdentity tls = TlsIdentity.of(keys.tlsPrivateKey(), chain);
        PeerCertificate self = PeerCertificate.parse(tls.certificate());
        if (self.administrator()) {
            throw new IdentityException("The certificate is an administrator's. Enrol the device for a user.");
        } else if (!self.commitKey().equals(ByteString.copyFrom(keys.commitKey().publicKey()))) {
            throw new IdentityException("The certificate is for another commit key. Enrol the device again.");
        }
        return new Identity(keys, tls, self, List.of(tls.root()));
    }

    /**
     * The identity of these keys with the certificates that {@link #encodedCertificates} wrote.
     *
     * @throws IdentityException if the certificates are damaged or belong to other keys
     */
    public static Identity decode(DeviceKeys keys, byte[] encodedCertificates) {
        List<X509Certificate> chain = new ArrayList<>();
        try {
            CertificateFactory.getInstance("X.509")
                    .generateCertPath(new ByteArrayInputStream(encodedCertificates), PKI_PATH)
                    .getCertificates()
                    .forEach(certificate -> chain.add((X509Certificate) certificate));
        } catch (CertificateException e) {
            throw new IdentityException("The device's stored certificates are damaged. Enrol it again.", e);
        }
        return ofChain(keys, chain);
    }

    /** The chain as bytes for storing, in the PkiPath encoding of X.509. Nothing in it is secret. */
    public byte[] encodedCertificates() {
        try {
            return CertificateFactory.getInstance("X.509")
                    .generateCertPath(tls.chain())
                    .getEncoded(PKI_PATH);
        } catch (CertificateException e) {
            throw new IllegalStateException("a parsed chain has an encoding", e);
        }
    }

    /** The user that the device was enrolled for. */
    public String user() {
        return self.user();
    }

    /** The device's name, as its user gave it. */
    public String deviceName() {
        return self.name();
    }

    /** The replica id that the certificate is bound to. */
    public long replica() {
        return self.replica().getAsLong();
    }

    /** When the certificate expires; the relay refuses connections from then on, and the device must enrol again. */
    public Instant expires() {
        return tls.certificate().getNotAfter().toInstant();
    }

    /** The device's private keys. */
    public DeviceKeys keys() {
        return keys;
    }

    /** The root certificate of the chain. */
    public X509Certificate root() {
        return tls.root();
    }

    /** The same, trusting these roots, the current one first, and its own chain's: an organisation has several while one follows another. */
    public Identity trusting(Collection<X509Certificate> trusted) {
        Set<X509Certificate> all = new LinkedHashSet<>(trusted);
        all.add(tls.root());
        return new Identity(keys, tls, self, List.copyOf(all));
    }

    /** The roots that are trusted, the organisation's current one first. Unmodifiable. */
    public List<X509Certificate> roots() {
        return roots;
    }

    /**
     * Whether the certificate is to be renewed: two thirds of its life are over.
     *
     * @param now by the clock that certificates are judged by, the system's
     */
    public boolean isRenewalDue(Instant now) {
        Instant begins = tls.certificate().getNotBefore().toInstant();
        return now.isAfter(
                begins.plus(Duration.between(begins, expires()).multipliedBy(2).dividedBy(3)));
    }

    /** Shows the device's certificate with its chain. */
    public X509ExtendedKeyManager keyManager() {
        return tls.keyManager();
    }

    /** Trusts only {@link #roots}; {@link TlsIdentity#trustManager} says what else it asks of servers and clients. */
    public X509ExtendedTrustManager trustManager() {
        return new RootTrust(roots);
    }
}
