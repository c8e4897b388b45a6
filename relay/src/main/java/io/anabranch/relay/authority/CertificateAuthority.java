package io.anabranch.relay.authority;

import io.anabranch.relay.authority.Certificates.Issuer;
import io.anabranch.relay.authority.Certificates.Subject;
import io.anabranch.replica.identity.Identity;
import io.anabranch.replica.identity.IdentityException;
import io.anabranch.replica.identity.PeerCertificate;
import io.anabranch.replica.identity.TlsIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/**
 * The organisation's certificate authority, kept in a directory of the relay's.
 *
 * <p>A root of twenty years signs an issuing authority of five, which signs everything else for a year. All keys are
 * P-256. Devices trust the root, so the issuing authority can be replaced: {@link #open} makes a new one when it is
 * missing or has less than a year left. The root cannot: losing {@code root.pem} means enrolling every device again.
 *
 * <p>It certifies whatever its caller asks; who may enrol is decided before. Thread-safe. A certificate is not stored, so
 * nothing is to be made durable but the two files, which are on return from {@link #open}. One process opens a directory
 * at a time.
 */
public final class CertificateAuthority {

    private static final Duration YEAR = Duration.ofDays(365);
    private static final Duration ROOT_LIFETIME = YEAR.multipliedBy(20);
    private static final Duration ISSUING_LIFETIME = YEAR.multipliedBy(5);

    private final Certificates certificates;
    private final SecureRandom random;
    private final TlsIdentity issuing;

    private CertificateAuthority(Certificates certificates, SecureRandom random, TlsIdentity issuing) {
        this.certificates = certificates;
        this.random = random;
        this.issuing = issuing;
    }

    /**
     * The authority in this directory, which is made on first use, readable by its owner only. Blocks on the disk.
     *
     * @param clock says the time for the validity of what is issued
     * @param random gives keys and serial numbers
     * @throws AuthorityException if a file is damaged, cannot be read or written, or the root's is missing; it names the
     *     file and says what to do
     */
    public static CertificateAuthority open(Path directory, InstantSource clock, SecureRandom random) {
        AuthorityFiles files = AuthorityFiles.in(directory);
        Certificates certificates = new Certificates(clock, random);
        TlsIdentity root = files.load(files.root()).orElseGet(() -> createRoot(files, certificates, clock, random));
        Instant renewal = clock.instant().plus(YEAR);
        TlsIdentity issuing = files.load(files.issuing())
                .filter(loaded -> loaded.certificate().getNotAfter().toInstant().isAfter(renewal))
                .orElseGet(() -> createIssuing(files, certificates, random, root));
        if (!issuing.root().equals(root.root())) {
            throw AuthorityFiles.damaged(
                    files.issuing(), new IdentityException("The issuing authority belongs to another root."));
        }
        return new CertificateAuthority(certificates, random, issuing);
    }

    private static TlsIdentity createRoot(
            AuthorityFiles files, Certificates certificates, InstantSource clock, SecureRandom random) {
        if (Files.exists(files.issuing())) {
            throw new AuthorityException(
                    "The root of the certificate authority is missing. Restore the file from a backup; without it,"
                            + " delete the directory and enrol every device again.",
                    files.root());
        }
        KeyPair pair = TlsIdentity.generateKeyPair(random);
        X500Name name = authorityName("root", random);
        Issuer self = new Issuer(
                name, pair.getPublic(), pair.getPrivate(), clock.instant().plus(ROOT_LIFETIME));
        X509Certificate certificate =
                certificates.authority(self, new Subject(name, pair.getPublic(), ROOT_LIFETIME), 1);
        TlsIdentity root = TlsIdentity.of(pair.getPrivate(), List.of(certificate));
        files.store(files.root(), root);
        return root;
    }

    private static TlsIdentity createIssuing(
            AuthorityFiles files, Certificates certificates, SecureRandom random, TlsIdentity root) {
        KeyPair pair = TlsIdentity.generateKeyPair(random);
        Subject subject = new Subject(authorityName("issuing", random), pair.getPublic(), ISSUING_LIFETIME);
        Issuer issuer = Issuer.of(root.certificate(), root.privateKey());
        X509Certificate certificate = certificates.authority(issuer, subject, 0);
        TlsIdentity issuing = TlsIdentity.of(pair.getPrivate(), List.of(certificate, root.certificate()));
        files.store(files.issuing(), issuing);
        return issuing;
    }

    /** Names of authorities differ, so that certificates of two organisations, or of two times, are told apart. */
    private static X500Name authorityName(String role, SecureRandom random) {
        String name = "Anabranch " + role + " " + HexFormat.of().toHexDigits(random.nextInt());
        return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, name).build();
    }

    /** The root certificate, whose fingerprint enrolment codes carry. */
    public X509Certificate root() {
        return issuing.root();
    }

    /** The issuing authority's certificate, then the root: what follows the certificates it issues. Unmodifiable. */
    public List<X509Certificate> chain() {
        return issuing.chain();
    }

    /**
     * A certificate for a user's device, valid for a year, and the chain that proves it, up to the root.
     *
     * @param pkcs10 the device's signing request in DER, at most 8 KiB, for a P-256 key; only its key is used
     * @param holder what the certificate is to say
     * @throws IdentityException if the request is malformed, too large, for another kind of key or not signed by it
     */
    public List<X509Certificate> issueDevice(byte[] pkcs10, PeerCertificate holder) {
        return issueClient(holder, SigningRequest.publicKey(pkcs10));
    }

    /**
     * A new key and certificate for the relay itself, valid for a year. It names {@link Identity#RELAY_NAME}, this
     * machine's loopback names, and the hosts.
     *
     * @param hosts further names and IP addresses that browsers reach the relay by, at most 100
     * @throws IllegalArgumentException if a host is neither an IP address nor a host name, or there are too many
     */
    public TlsIdentity issueServer(Collection<String> hosts) {
        GeneralNames names = ServerNames.of(hosts);
        KeyPair pair = TlsIdentity.generateKeyPair(random);
        X500Name name = new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.CN, Identity.RELAY_NAME)
                .build();
        return TlsIdentity.of(
                pair.getPrivate(),
                withChain(certificates.end(
                        issuer(), new Subject(name, pair.getPublic(), YEAR), KeyPurposeId.id_kp_serverAuth, names)));
    }

    /**
     * A new key and certificate for an administrator, valid for a year; {@link TlsIdentity#pem} writes it for a file.
     *
     * @throws IdentityException if the name is blank, longer than {@value PeerCertificate#NAME_LENGTH_MAX} characters or
     *     has control characters
     */
    public TlsIdentity issueAdministrator(String name) {
        KeyPair pair = TlsIdentity.generateKeyPair(random);
        return TlsIdentity.of(pair.getPrivate(), issueClient(PeerCertificate.administrator(name), pair.getPublic()));
    }

    private List<X509Certificate> issueClient(PeerCertificate holder, PublicKey publicKey) {
        GeneralNames names = new GeneralNames(holder.uris().stream()
                .map(uri -> new GeneralName(GeneralName.uniformResourceIdentifier, uri))
                .toArray(GeneralName[]::new));
        Subject subject = new Subject(holder.subject(), publicKey, YEAR);
        return withChain(certificates.end(issuer(), subject, KeyPurposeId.id_kp_clientAuth, names));
    }

    private Issuer issuer() {
        return Issuer.of(issuing.certificate(), issuing.privateKey());
    }

    private List<X509Certificate> withChain(X509Certificate certificate) {
        List<X509Certificate> chain = new ArrayList<>();
        chain.add(certificate);
        chain.addAll(issuing.chain());
        return List.copyOf(chain);
    }
}
