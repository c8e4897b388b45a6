package io.anabranch.relay.authority;

import io.anabranch.relay.authority.Certificates.Issuer;
import io.anabranch.relay.authority.Certificates.Subject;
import io.anabranch.replica.identity.Identity;
import io.anabranch.replica.identity.IdentityException;
import io.anabranch.replica.identity.PeerCertificate;
import io.anabranch.replica.identity.RootSet;
import io.anabranch.replica.identity.TlsIdentity;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.X509ExtendedTrustManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/**
 * The organisation's certificate authority, kept in a directory of the relay's.
 *
 * <p>An issuing authority signs everything, for a year; {@link AuthorityKeys} says where it comes from and how it and the root are replaced.
 * All keys are P-256. Devices trust the roots. The relay works without the root's key.
 *
 * <p>It certifies whatever its caller asks; who may enrol is decided before. Thread-safe. A certificate is not stored, so
 * nothing is to be made durable but the files, which are on return from {@link #open}.
 */
public final class CertificateAuthority {

    private static final Duration YEAR = Duration.ofDays(365);

    private final AuthorityKeys keys;
    private final Certificates certificates;
    private final SecureRandom random;
    private final Duration lifetime;
    private volatile Loaded loaded;

    private record Loaded(AuthorityKeys.Held held, long changed) {}

    private CertificateAuthority(Path directory, InstantSource clock, SecureRandom random, Duration lifetime) {
        this.keys = new AuthorityKeys(directory, clock, random);
        this.certificates = new Certificates(clock, random);
        this.random = random;
        this.lifetime = lifetime;
        AuthorityKeys.Held held = keys.open();
        this.loaded = new Loaded(held, keys.changed());
    }

    /**
     * The authority in this directory, which is made on first use, readable by its owner only. Blocks on the disk.
     *
     * @param clock says the time for the validity of what is issued
     * @param random gives keys and serial numbers
     * @throws AuthorityException if a file is damaged, cannot be read or written, or the root's key is missing when it is needed; it names
     *     the file and says what to do
     */
    public static CertificateAuthority open(Path directory, InstantSource clock, SecureRandom random) {
        return open(directory, clock, random, YEAR);
    }

    /** As the other method, issuing certificates of another lifetime than a year. */
    public static CertificateAuthority open(
            Path directory, InstantSource clock, SecureRandom random, Duration lifetime) {
        return new CertificateAuthority(directory, clock, random, lifetime);
    }

    /**
     * Takes the keys that are in the directory now, if they are other ones.
     *
     * @return whether they are
     * @throws AuthorityException as {@link #open} does; the keys of before are used on
     */
    public boolean reload() {
        long changed = keys.changed();
        Loaded before = loaded;
        if (changed == before.changed) {
            return false;
        }
        AuthorityKeys.Held held = keys.open();
        loaded = new Loaded(held, keys.changed());
        return !held.issuing().certificate().equals(before.held.issuing().certificate());
    }

    /** The current root certificate, whose fingerprint enrolment codes carry. */
    public X509Certificate root() {
        return loaded.held.root();
    }

    /** The organisation's roots. */
    public RootSet roots() {
        return loaded.held.roots();
    }

    /** Trusts what the organisation's roots do, those of now whenever it is asked. */
    public X509ExtendedTrustManager trustManager() {
        return new CurrentTrust(this::roots);
    }

    /** The issuing authority's certificate, then the root: what follows the certificates it issues. Unmodifiable. */
    public List<X509Certificate> chain() {
        return loaded.held.issuing().chain();
    }

    /**
     * A certificate for a user's device, and the chain that proves it, up to the root.
     *
     * @param pkcs10 the device's signing request in DER, at most 8 KiB, for a P-256 key; only its key is used
     * @param holder what the certificate is to say
     * @throws IdentityException if the request is malformed, too large, for another kind of key or not signed by it
     */
    public List<X509Certificate> issueDevice(byte[] pkcs10, PeerCertificate holder) {
        return issueClient(holder, SigningRequest.publicKey(pkcs10));
    }

    /**
     * A new key and certificate for the relay itself. It names {@link Identity#RELAY_NAME}, this machine's loopback names, and the
     * hosts. Its chain leads to the earliest root, so that whoever trusts any of them can follow it.
     *
     * @param hosts further names and IP addresses that browsers reach the relay by, at most 100
     * @throws IllegalArgumentException if a host is neither an IP address nor a host name, or there are too many
     */
    public TlsIdentity issueServer(Collection<String> hosts) {
        AuthorityKeys.Held held = loaded.held;
        GeneralNames names = ServerNames.of(hosts);
        KeyPair pair = TlsIdentity.generateKeyPair(random);
        X500Name name = new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.CN, Identity.RELAY_NAME)
                .build();
        List<X509Certificate> chain = new ArrayList<>();
        chain.add(certificates.end(
                issuer(held), new Subject(name, pair.getPublic(), lifetime), KeyPurposeId.id_kp_serverAuth, names));
        chain.add(held.issuing().certificate());
        List<X509Certificate> roots = held.roots().certificates();
        List<X509Certificate> between = roots.stream()
                .filter(root -> !root.getIssuerX500Principal().equals(root.getSubjectX500Principal()))
                .toList();
        chain.addAll(between);
        chain.add(roots.get(roots.size() - 1));
        return TlsIdentity.of(pair.getPrivate(), chain);
    }

    /**
     * A new key and certificate for an administrator; {@link TlsIdentity#pem} writes it for a file.
     *
     * @throws IdentityException if the name is blank, longer than {@value PeerCertificate#NAME_LENGTH_MAX} characters or
     *     has control characters
     */
    public TlsIdentity issueAdministrator(String name) {
        KeyPair pair = TlsIdentity.generateKeyPair(random);
        return TlsIdentity.of(pair.getPrivate(), issueClient(PeerCertificate.administrator(name), pair.getPublic()));
    }

    private List<X509Certificate> issueClient(PeerCertificate holder, PublicKey publicKey) {
        AuthorityKeys.Held held = loaded.held;
        GeneralNames names = new GeneralNames(holder.uris().stream()
                .map(uri -> new GeneralName(GeneralName.uniformResourceIdentifier, uri))
                .toArray(GeneralName[]::new));
        Subject subject = new Subject(holder.subject(), publicKey, lifetime);
        List<X509Certificate> chain = new ArrayList<>();
        chain.add(certificates.end(issuer(held), subject, KeyPurposeId.id_kp_clientAuth, names));
        chain.addAll(held.issuing().chain());
        return List.copyOf(chain);
    }

    private static Issuer issuer(AuthorityKeys.Held held) {
        return Issuer.of(held.issuing().certificate(), held.issuing().privateKey());
    }
}
