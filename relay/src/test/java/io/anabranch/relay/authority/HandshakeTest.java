package io.anabranch.relay.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.anabranch.relay.authority.TlsHandshake.Side;
import io.anabranch.replica.identity.EnrolmentCode;
import io.anabranch.replica.identity.EnrolmentTrust;
import io.anabranch.replica.identity.Identity;
import io.anabranch.replica.identity.IdentityException;
import io.anabranch.replica.identity.PeerCertificate;
import io.anabranch.replica.identity.TlsIdentity;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandshakeTest {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static CertificateAuthority authority;
    private static CertificateAuthority stranger;
    private static Identity device;
    private static TlsIdentity relay;

    @BeforeAll
    static void enrol(@TempDir Path directory) {
        authority = CertificateAuthority.open(directory.resolve("ours"), InstantSource.system(), RANDOM);
        stranger = CertificateAuthority.open(directory.resolve("theirs"), InstantSource.system(), RANDOM);
        device = Enrolled.device(authority, "Ann, née Ö.", -2);
        relay = authority.issueServer(List.of());
    }

    @Test
    void aDeviceAndItsRelayAcceptEachOtherAtAnyAddress() throws Exception {
        SSLSession session = TlsHandshake.between(side(device), side(relay));
        assertThat(session.getProtocol()).isEqualTo("TLSv1.3");
        X509Certificate peer = (X509Certificate) session.getPeerCertificates()[0];
        assertThat(PeerCertificate.parse(peer))
                .isEqualTo(PeerCertificate.device(
                        "Ann, née Ö.", "tablet", -2, device.keys().commitKey().publicKey()));
    }

    @Test
    void anAdministratorIsKnownAsOneFromAFile() throws Exception {
        TlsIdentity read =
                TlsIdentity.parse(authority.issueAdministrator("root@hq").pem());
        SSLSession session = TlsHandshake.between(side(read), side(relay));
        assertThat(PeerCertificate.parse((X509Certificate) session.getPeerCertificates()[0]))
                .isEqualTo(PeerCertificate.administrator("root@hq"));
    }

    @Test
    void aDeviceCannotActAsTheRelay() {
        assertRefused(side(device), side(Enrolled.device(authority, "mallory", 6)));
    }

    @Test
    void aServerOfTheOrganisationThatIsNotTheRelayIsRefused() {
        var rootKeys = TlsIdentity.generateKeyPair(RANDOM);
        var certificates = new Certificates(InstantSource.system(), RANDOM);
        var self = new Certificates.Issuer(
                new X500Name("CN=root"), rootKeys.getPublic(), rootKeys.getPrivate(), Instant.MAX);
        var root = certificates.authority(
                self, new Certificates.Subject(self.name(), rootKeys.getPublic(), Duration.ofDays(1)), 0);
        TlsIdentity trusting = TlsIdentity.of(rootKeys.getPrivate(), List.of(root));
        for (String name : List.of("printer.example", Identity.RELAY_NAME)) {
            var host = new GeneralNames(new GeneralName(GeneralName.dNSName, name));
            var subject = new Certificates.Subject(
                    new X500Name("CN=" + Identity.RELAY_NAME), rootKeys.getPublic(), Duration.ofDays(1));
            X509Certificate[] chain = {certificates.end(self, subject, KeyPurposeId.id_kp_serverAuth, host), root};
            var refusal = catchThrowable(() -> trusting.trustManager().checkServerTrusted(chain, "UNKNOWN"));
            assertThat(refusal == null).isEqualTo(name.equals(Identity.RELAY_NAME));
        }
    }

    @Test
    void theRelayCannotActAsADevice() {
        assertRefused(side(relay), side(relay));
        assertThatThrownBy(() -> PeerCertificate.parse(relay.certificate())).isInstanceOf(IdentityException.class);
    }

    @Test
    void certificatesOfAnotherAuthorityAreRefusedBothWays() {
        TlsIdentity otherRelay = stranger.issueServer(List.of());
        Identity otherDevice = Enrolled.device(stranger, "Ann, née Ö.", -2);
        assertRefused(side(device), side(otherRelay));
        assertRefused(new Side(otherDevice.keyManager(), device.trustManager()), side(relay));
    }

    @Test
    void expiredAndFutureCertificatesAreRefused(@TempDir Path directory) {
        Instant now = InstantSource.system().instant();
        for (Duration shift : List.of(Duration.ofDays(-366), Duration.ofHours(2))) {
            Path files = directory.resolve(shift.toString());
            CertificateAuthority.open(files, InstantSource.fixed(now.minus(Duration.ofDays(400))), RANDOM);
            CertificateAuthority shifted =
                    CertificateAuthority.open(files, InstantSource.fixed(now.plus(shift)), RANDOM);
            Identity ann = Enrolled.device(shifted, "ann", 1);
            CertificateAuthority current = CertificateAuthority.open(files, InstantSource.system(), RANDOM);
            assertRefused(side(ann), side(current.issueServer(List.of())));
        }
    }

    @Test
    void aDeviceCannotIssueCertificates() {
        assertThatThrownBy(() -> relay.trustManager().checkServerTrusted(forgedByADevice(), "UNKNOWN"))
                .isInstanceOf(CertificateException.class);
    }

    private static X509Certificate[] forgedByADevice() {
        List<X509Certificate> chain =
                new ArrayList<>(List.of(device.keyManager().getCertificateChain("anabranch")));
        var issuer = Certificates.Issuer.of(chain.get(0), device.keys().tlsPrivateKey());
        var subject = new Certificates.Subject(
                new X500Name("CN=relay"), TlsIdentity.generateKeyPair(RANDOM).getPublic(), Duration.ofDays(1));
        chain.add(
                0,
                new Certificates(InstantSource.system(), RANDOM)
                        .end(issuer, subject, KeyPurposeId.id_kp_serverAuth, ServerNames.of(List.of())));
        return chain.toArray(X509Certificate[]::new);
    }

    @Test
    void enrolmentFindsTheRelayOfItsCode() throws Exception {
        EnrolmentCode code = EnrolmentCode.generate(RANDOM, authority.root());
        SSLSession session = TlsHandshake.anonymous(enrolling(code), side(relay));
        assertThat(session.isValid()).isTrue();
    }

    @Test
    void enrolmentRefusesAnyOtherServer() {
        EnrolmentCode code = EnrolmentCode.generate(RANDOM, authority.root());
        for (Side server : List.of(side(stranger.issueServer(List.of())), side(device))) {
            assertThatThrownBy(() -> TlsHandshake.anonymous(enrolling(code), server))
                    .isInstanceOf(SSLException.class);
        }
    }

    @Test
    void enrolmentIsNotFooledByTheRightRootUnderAStrangersChain() {
        EnrolmentTrust trust = new EnrolmentTrust(EnrolmentCode.generate(RANDOM, authority.root()));
        List<X509Certificate> chain = stranger.issueServer(List.of()).chain();
        X509Certificate[] forged = {chain.get(0), chain.get(1), authority.root()};
        assertThatThrownBy(() -> trust.checkServerTrusted(forged, "UNKNOWN")).isInstanceOf(CertificateException.class);
        assertThatThrownBy(() -> trust.checkClientTrusted(forged, "UNKNOWN")).isInstanceOf(CertificateException.class);
    }

    private static Side enrolling(EnrolmentCode code) {
        return new Side(null, new EnrolmentTrust(code));
    }

    private static Side side(Identity identity) {
        return new Side(identity.keyManager(), identity.trustManager());
    }

    private static Side side(TlsIdentity identity) {
        return new Side(identity.keyManager(), identity.trustManager());
    }

    private static void assertRefused(Side client, Side server) {
        assertThatThrownBy(() -> TlsHandshake.between(client, server))
                .isInstanceOf(SSLException.class)
                .hasMessageNotContaining("does not end");
    }
}
