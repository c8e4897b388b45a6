package io.anabranch.relay.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.replica.identity.EnrolmentCode;
import io.anabranch.replica.identity.EnrolmentTrust;
import io.anabranch.replica.identity.Identity;
import io.anabranch.replica.identity.RootSet;
import io.anabranch.replica.identity.TlsIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replacing the issuing key and the root, and what those who know only one of them make of it. */
class AuthorityKeysTest {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String KEY_USE = "ECDHE_ECDSA";

    @TempDir
    private Path directory;

    private CertificateAuthority authority;
    private AuthorityKeys keys;
    private Identity early;
    private X509Certificate firstRoot;
    private long changes;

    @BeforeEach
    void open() {
        authority = CertificateAuthority.open(directory.resolve("ours"), InstantSource.system(), RANDOM);
        keys = new AuthorityKeys(directory.resolve("ours"), InstantSource.system(), RANDOM);
        early = Enrolled.device(authority, "ann", 1);
        firstRoot = authority.root();
    }

    private void reload() throws Exception {
        changes++;
        Files.setLastModifiedTime(
                directory.resolve("ours/issuing.pem"),
                FileTime.fromMillis(System.currentTimeMillis() + changes * 1_000));
        assertThat(authority.reload()).isTrue();
        assertThat(authority.reload()).isFalse();
    }

    private static void assertTrusts(Identity device, TlsIdentity server) {
        assertThatCode(() -> device.trustManager().checkServerTrusted(chain(server.chain()), KEY_USE))
                .doesNotThrowAnyException();
    }

    private void assertAccepted(Identity device) {
        X509Certificate[] shown = device.keyManager().getCertificateChain("anabranch");
        assertThatCode(() -> authority.trustManager().checkClientTrusted(shown, KEY_USE))
                .doesNotThrowAnyException();
    }

    private static X509Certificate[] chain(List<X509Certificate> certificates) {
        return certificates.toArray(X509Certificate[]::new);
    }

    @Test
    void anotherIssuingKeyChangesNothingForAnyone() throws Exception {
        X509Certificate before = authority.chain().get(0);
        keys.rotateIssuing(Optional.empty());
        reload();
        assertThat(authority.chain().get(0)).isNotEqualTo(before);
        assertThat(authority.root()).isEqualTo(firstRoot);
        assertTrusts(early, authority.issueServer(List.of()));
        assertAccepted(early);
        assertAccepted(Enrolled.device(authority, "bob", 2));
    }

    @Test
    void anotherRootIsVouchedForByTheOneBefore() throws Exception {
        EnrolmentCode oldCode = EnrolmentCode.generate(RANDOM, firstRoot);
        for (int i = 0; i < 2; i++) {
            keys.rotateRoot(Optional.empty());
            reload();
        }
        assertThat(authority.root()).isNotEqualTo(firstRoot);
        assertThat(authority.roots().roots()).hasSize(3).contains(firstRoot);
        TlsIdentity relay = authority.issueServer(List.of());
        assertTrusts(early, relay);
        assertAccepted(early);
        Identity late = Enrolled.device(authority, "bob", 2);
        assertTrusts(late, relay);
        assertAccepted(late);
        for (EnrolmentCode code : List.of(oldCode, EnrolmentCode.generate(RANDOM, authority.root()))) {
            new EnrolmentTrust(code).checkServerTrusted(chain(relay.chain()), KEY_USE);
        }
        List<X509Certificate> learned = authority.roots().trustedBy(early.roots());
        assertThat(learned).isEqualTo(authority.roots().roots());
        assertThat(RootSet.parse(authority.roots().encoded()).trustedBy(early.roots()))
                .isEqualTo(learned);
    }

    @Test
    void aRootThatNobodyVouchesForIsNotTrusted() throws Exception {
        CertificateAuthority theirs =
                CertificateAuthority.open(directory.resolve("theirs"), InstantSource.system(), RANDOM);
        new AuthorityKeys(directory.resolve("theirs"), InstantSource.system(), RANDOM).rotateRoot(Optional.empty());
        List<X509Certificate> mixed =
                new ArrayList<>(new AuthorityKeys(directory.resolve("theirs"), InstantSource.system(), RANDOM)
                        .read()
                        .roots()
                        .certificates());
        mixed.addAll(authority.roots().certificates());
        assertThat(RootSet.of(mixed).trustedBy(early.roots())).containsExactly(firstRoot);
        assertThat(RootSet.of(theirs.roots().certificates()).trustedBy(early.roots()))
                .isEmpty();
        // The issuing key alone cannot vouch for a root, nor can any device.
        List<X509Certificate> issued = new ArrayList<>(authority.chain());
        issued.addAll(theirs.roots().certificates());
        assertThat(RootSet.of(issued).trustedBy(early.roots())).containsExactly(firstRoot);
    }

    @Test
    void theRootsKeyMayBeElsewhere() throws Exception {
        TlsIdentity root = TlsIdentity.parse(keys.exportRoot());
        keys.forgetRoot();
        assertThat(directory.resolve("ours/root.pem")).doesNotExist();
        assertThatThrownBy(() -> keys.rotateIssuing(Optional.empty()))
                .isInstanceOf(AuthorityException.class)
                .hasMessageContaining("--root FILE");
        assertThatThrownBy(() -> keys.rotateIssuing(Optional.of(authority.issueAdministrator("x"))))
                .isInstanceOf(IllegalArgumentException.class);
        keys.rotateIssuing(Optional.of(root));
        reload();
        keys.rotateRoot(Optional.of(root));
        reload();
        assertTrusts(early, authority.issueServer(List.of()));
    }

    @Test
    void serverKeysChangeForHandshakesThatBegin() throws Exception {
        ServerKeys server = new ServerKeys(authority, List.of());
        assertThat(server.isRenewalDue(Instant.now())).isFalse();
        assertThat(server.isRenewalDue(Instant.now().plus(Duration.ofDays(250))))
                .isTrue();
        String begun = alias(server);
        X509Certificate[] shown = Objects.requireNonNull(server.getCertificateChain(begun));
        server.renew();
        assertThat(server.getCertificateChain(begun)).isEqualTo(shown);
        assertThat(server.certificate()).isNotEqualTo(shown[0]);
        assertThat(Objects.requireNonNull(server.getCertificateChain(alias(server)))[0])
                .isEqualTo(server.certificate());
    }

    private static String alias(ServerKeys server) {
        return Objects.requireNonNull(server.chooseEngineServerAlias("EC", null, null));
    }

    @Test
    void anExpiredCertificateIsNotAccepted() throws CertificateException {
        CertificateAuthority once = CertificateAuthority.open(
                directory.resolve("ours"),
                InstantSource.offset(InstantSource.system(), Duration.ofDays(-2)),
                RANDOM,
                Duration.ofDays(1));
        X509Certificate[] shown = Enrolled.device(once, "ann", 1).keyManager().getCertificateChain("anabranch");
        X509TrustManager trust = authority.trustManager();
        assertThatThrownBy(() -> trust.checkClientTrusted(shown, KEY_USE)).isInstanceOf(CertificateException.class);
    }
}
