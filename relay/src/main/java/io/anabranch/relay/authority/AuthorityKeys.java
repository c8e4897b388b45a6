package io.anabranch.relay.authority;

import io.anabranch.relay.authority.Certificates.Issuer;
import io.anabranch.relay.authority.Certificates.Subject;
import io.anabranch.replica.identity.IdentityException;
import io.anabranch.replica.identity.RootSet;
import io.anabranch.replica.identity.TlsIdentity;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;

/**
 * The keys of an organisation's authority in a directory: making, replacing and taking away the root's and the issuing one's.
 *
 * <p>A root of twenty years signs an issuing authority of five. The root's key is needed only to make another issuing authority or another
 * root, so it can be {@linkplain #exportRoot taken off the machine}. A new root is vouched for by the one before, with a cross certificate, so
 * nobody is enrolled again: who trusts the old one accepts what the new one signs, and learns the new one from the relay. Certificates that
 * were issued stay good until they expire. Blocks on the disk; one process changes a directory at a time.
 *
 * <pre>{@code
 * new AuthorityKeys(directory, InstantSource.system(), random).rotateIssuing(Optional.empty());
 * }</pre>
 */
public final class AuthorityKeys {

    /** Less than this before the issuing authority expires there is to be another. */
    static final Duration ISSUING_RENEWAL = Duration.ofDays(365);

    private static final Duration ROOT_LIFETIME = Duration.ofDays(20 * 365);
    private static final Duration ISSUING_LIFETIME = Duration.ofDays(5 * 365);
    /** A root that follows others is below them in the chains of those who know only the first. */
    private static final int AUTHORITIES_BELOW_ROOT = 6;
    /** How many roots there are at most at a time; so many times the root can be replaced while certificates of the first are good. */
    private static final int ROOTS_MAX = 3;

    private final AuthorityFiles files;
    private final Certificates certificates;
    private final SecureRandom random;
    private final InstantSource clock;

    /** The keys in this directory, which is made, readable by its owner only. */
    public AuthorityKeys(Path directory, InstantSource clock, SecureRandom random) {
        this.files = AuthorityFiles.in(directory);
        this.certificates = new Certificates(clock, random);
        this.random = random;
        this.clock = clock;
    }

    /**
     * What is in the directory.
     *
     * @param issuing signs certificates
     * @param roots the current one first
     * @param hasRootKey whether the current root's key is here
     */
    public record Held(TlsIdentity issuing, RootSet roots, boolean hasRootKey) {

        /** The current root. */
        public X509Certificate root() {
            return issuing.root();
        }
    }

    /** Made on first use; another issuing authority is made when it is missing or in its last year, if the root's key is here. */
    Held open() {
        Optional<RootSet> known = files.loadRoots();
        Optional<TlsIdentity> issuing = files.load(files.issuing());
        Optional<TlsIdentity> root = files.load(files.root());
        if (known.isEmpty() && issuing.isPresent()) {
            throw new AuthorityException(
                    "The list of roots is missing. Restore the file from a backup; without it, delete the directory and enrol every"
                            + " device again.",
                    files.roots());
        }
        RootSet roots = known.isPresent()
                ? known.get()
                : RootSet.of(root.orElseGet(this::createRoot).chain());
        if (known.isEmpty()) {
            files.storeRoots(roots);
            root = files.load(files.root());
        }
        X509Certificate current = roots.certificates().get(0);
        if (root.isPresent() && !root.get().certificate().equals(current)) {
            throw AuthorityFiles.damaged(files.root(), new IdentityException("The root is not the current one."));
        }
        if (issuing.isPresent() && !issuing.get().root().equals(current)) {
            throw AuthorityFiles.damaged(
                    files.issuing(), new IdentityException("The issuing authority belongs to another root."));
        }
        boolean isGood = issuing.isPresent() && isGood(issuing.get(), root.isPresent());
        TlsIdentity used = isGood ? issuing.get() : createIssuing(root.orElseThrow(this::rootNeeded));
        return new Held(used, roots, root.isPresent());
    }

    /** Without the root's key the last year is used up. */
    private boolean isGood(TlsIdentity issuing, boolean isReplaceable) {
        Instant until = clock.instant().plus(isReplaceable ? ISSUING_RENEWAL : Duration.ZERO);
        return issuing.certificate().getNotAfter().toInstant().isAfter(until);
    }

    /** When the files were last changed. */
    long changed() {
        return files.changed();
    }

    /** What is here, without making anything. */
    public Held read() {
        TlsIdentity issuing = files.load(files.issuing())
                .orElseThrow(() -> new AuthorityException(
                        "There is no certificate authority here. Start the relay once, or restore a backup.",
                        files.issuing()));
        RootSet roots = files.loadRoots()
                .orElseThrow(() -> new AuthorityException("The list of roots is missing.", files.roots()));
        return new Held(issuing, roots, files.load(files.root()).isPresent());
    }

    /** The current root with its key, which goes from this directory: keep the text where nothing is online. */
    public String exportRoot() {
        return files.load(files.root()).orElseThrow(this::rootNeeded).pem();
    }

    /** Removes the root's key from this directory, once what {@link #exportRoot} gave is safe. */
    public void forgetRoot() {
        read();
        files.deleteRoot();
    }

    /**
     * Makes another issuing authority.
     *
     * @param root the root's key and certificate, if they are not in the directory
     */
    public Held rotateIssuing(Optional<TlsIdentity> root) {
        Held held = read();
        createIssuing(root(root, held));
        return read();
    }

    /**
     * Makes another root, for which the current one vouches, and an issuing authority of it. The new root's key is in the directory
     * afterwards.
     *
     * @param root the current root's key and certificate, if they are not in the directory
     */
    public Held rotateRoot(Optional<TlsIdentity> root) {
        Held held = read();
        TlsIdentity old = root(root, held);
        KeyPair pair = TlsIdentity.generateKeyPair(random);
        X500Name name = authorityName("root");
        X509Certificate cross = certificates.authority(
                Issuer.of(old.certificate(), old.privateKey()),
                new Subject(name, pair.getPublic(), ROOT_LIFETIME),
                AUTHORITIES_BELOW_ROOT - 1);
        TlsIdentity next = selfSigned(name, pair);
        List<X509Certificate> all = new ArrayList<>(List.of(next.certificate(), cross));
        all.addAll(held.roots().certificates());
        RootSet roots = RootSet.of(all.subList(0, Math.min(all.size(), 2 * ROOTS_MAX - 1)));
        // A crash in between is told by open, which names the file that does not fit; the old root can then be put
        // back.
        files.storeRoots(roots);
        files.store(files.root(), next);
        createIssuing(next);
        return read();
    }

    private TlsIdentity root(Optional<TlsIdentity> given, Held held) {
        TlsIdentity root = given.or(() -> files.load(files.root())).orElseThrow(this::rootNeeded);
        if (!root.certificate().equals(held.root())) {
            throw new IllegalArgumentException(
                    "This is not the key of the current root. Give the one that was exported last.");
        }
        return root;
    }

    private AuthorityException rootNeeded() {
        return new AuthorityException(
                "This needs the key of the root of the certificate authority, which is not here. Give the exported file with --root FILE,"
                        + " or restore the file from a backup.",
                files.root());
    }

    private TlsIdentity createRoot() {
        TlsIdentity root = selfSigned(authorityName("root"), TlsIdentity.generateKeyPair(random));
        files.store(files.root(), root);
        return root;
    }

    private TlsIdentity selfSigned(X500Name name, KeyPair pair) {
        Issuer self = new Issuer(
                name, pair.getPublic(), pair.getPrivate(), clock.instant().plus(ROOT_LIFETIME));
        Subject subject = new Subject(name, pair.getPublic(), ROOT_LIFETIME);
        return TlsIdentity.of(
                pair.getPrivate(), List.of(certificates.authority(self, subject, AUTHORITIES_BELOW_ROOT)));
    }

    private TlsIdentity createIssuing(TlsIdentity root) {
        KeyPair pair = TlsIdentity.generateKeyPair(random);
        Subject subject = new Subject(authorityName("issuing"), pair.getPublic(), ISSUING_LIFETIME);
        Issuer issuer = Issuer.of(root.certificate(), root.privateKey());
        X509Certificate certificate = certificates.authority(issuer, subject, 0);
        TlsIdentity issuing = TlsIdentity.of(pair.getPrivate(), List.of(certificate, root.certificate()));
        files.store(files.issuing(), issuing);
        return issuing;
    }

    /** Names of authorities differ, so that certificates of two organisations, or of two times, are told apart. */
    private X500Name authorityName(String role) {
        String name = "Anabranch " + role + " " + HexFormat.of().toHexDigits(random.nextInt());
        return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, name).build();
    }
}
