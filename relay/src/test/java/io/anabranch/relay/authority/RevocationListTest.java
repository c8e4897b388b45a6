package io.anabranch.relay.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.anabranch.proto.Revocation;
import io.anabranch.proto.SignedStatement;
import io.anabranch.replica.identity.Identity;
import io.anabranch.replica.identity.IdentityException;
import io.anabranch.replica.identity.RevocationList;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.stream.LongStream;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a device takes for a list of revocations. */
class RevocationListTest {

    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir
    private Path directory;

    private RelaySigner relay;
    private X509TrustManager device;
    private RevocationList known;

    @BeforeEach
    void enrol() {
        CertificateAuthority authority = authority("ours", InstantSource.system());
        relay = new RelaySigner(authority);
        device = Enrolled.device(authority, "ann", 5).trustManager();
        known = RevocationList.NONE.grownBy(signed(relay, 2, 7, 9), device);
    }

    private CertificateAuthority authority(String name, InstantSource clock) {
        return CertificateAuthority.open(directory.resolve(name), clock, RANDOM);
    }

    private static ByteString list(long version, long... replicas) {
        var list = io.anabranch.proto.RevocationList.newBuilder().setVersion(version);
        LongStream.of(replicas)
                .forEach(replica -> list.addRevocations(
                        Revocation.newBuilder().setReplica(replica).setFromSeq(3)));
        return list.build().toByteString();
    }

    private static SignedStatement signed(RelaySigner signer, long version, long... replicas) {
        return signer.sign(RevocationList.PURPOSE, list(version, replicas));
    }

    private void assertRefused(SignedStatement statement) {
        assertThatThrownBy(() -> known.grownBy(statement, device)).isInstanceOf(IdentityException.class);
    }

    @Test
    void aLaterListIsTakenAndAnEarlierOneIsNot() {
        RevocationList later = known.grownBy(signed(relay, 3, 7, 8, 9), device);
        assertThat(later.isRevoked(8, 3)).isTrue();
        assertThat(later.grownBy(signed(relay, 2, 7, 9), device)).isSameAs(later);
        assertThat(later.grownBy(later.signed(), device)).isSameAs(later);
    }

    @Test
    void aListThatForgetsIsRefused() {
        assertRefused(signed(relay, 3, 8, 9));
        assertRefused(relay.sign(
                RevocationList.PURPOSE,
                io.anabranch.proto.RevocationList.newBuilder()
                        .setVersion(9)
                        .addRevocations(Revocation.newBuilder().setReplica(7).setFromSeq(3))
                        .addRevocations(Revocation.newBuilder().setReplica(9).setFromSeq(4))
                        .build()
                        .toByteString()));
    }

    @Test
    void whatIsSignedForSomethingElseIsRefused() {
        assertRefused(relay.sign("anabranch wipe", list(3, 7, 8, 9)));
    }

    @Test
    void theListOfAnotherOrganisationIsRefused() {
        assertRefused(signed(new RelaySigner(authority("theirs", InstantSource.system())), 3, 7, 8, 9));
    }

    @Test
    void aListSignedWithAnExpiredCertificateIsRefused() {
        InstantSource longAgo = InstantSource.offset(InstantSource.system(), Duration.ofDays(-400));
        CertificateAuthority once = authority("once", longAgo);
        X509TrustManager trust = Enrolled.device(once, "ann", 5).trustManager();
        assertThatThrownBy(() -> RevocationList.verified(signed(new RelaySigner(once), 3, 7), trust))
                .isInstanceOf(IdentityException.class);
    }

    @Test
    void aDeviceCannotSignOne() throws Exception {
        CertificateAuthority authority = authority("ours", InstantSource.system());
        Identity mallory = Enrolled.device(authority, "mallory", 6);
        SignedStatement real = signed(relay, 3, 7, 8, 9);
        var signature = java.security.Signature.getInstance("SHA256withECDSA");
        signature.initSign(mallory.keys().tlsPrivateKey());
        signature.update(
                io.anabranch.replica.identity.RelaySignature.signed(RevocationList.PURPOSE, real.getStatement()));
        SignedStatement.Builder forged =
                real.toBuilder().clearCertificates().setSignature(ByteString.copyFrom(signature.sign()));
        for (var certificate : mallory.keyManager().getCertificateChain("anabranch")) {
            forged.addCertificates(ByteString.copyFrom(certificate.getEncoded()));
        }
        assertRefused(forged.build());
        assertRefused(forged.clearCertificates()
                .addAllCertificates(real.getCertificatesList())
                .build());
    }

    @Test
    void anAlteredListIsRefused() {
        SignedStatement real = signed(relay, 3, 7, 8, 9);
        byte[] altered = real.getStatement().toByteArray();
        for (int i = 0; i < altered.length; i++) {
            byte[] one = Arrays.copyOf(altered, altered.length);
            one[i] ^= 1;
            assertRefused(
                    real.toBuilder().setStatement(ByteString.copyFrom(one)).build());
        }
        assertRefused(real.toBuilder().clearCertificates().build());
        assertRefused(real.toBuilder().clearSignature().build());
    }
}
