package io.anabranch.relay.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.replica.identity.DeviceKeys;
import io.anabranch.replica.identity.Identity;
import io.anabranch.replica.identity.IdentityException;
import io.anabranch.replica.identity.PeerCertificate;
import io.anabranch.replica.identity.TlsIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;

class DeviceCertificateTest {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final DeviceKeys KEYS = DeviceKeys.generate(RANDOM);
    private static final byte[] REQUEST = KEYS.signingRequest("tablet");
    private static final CertificateAuthority AUTHORITY = authority();

    private static CertificateAuthority authority() {
        try {
            Path directory = Files.createTempDirectory("authority");
            return CertificateAuthority.open(directory, InstantSource.fixed(NOW), RANDOM);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<X509Certificate> issue(byte[] request) {
        return AUTHORITY.issueDevice(request, holder("ann", "tablet"));
    }

    private static PeerCertificate holder(String user, String name) {
        return PeerCertificate.device(
                user, name, 0xfedcba9876543210L, KEYS.commitKey().publicKey());
    }

    @Test
    void saysWhoseDeviceAndWhichReplicaItIs() throws Exception {
        X509Certificate certificate = issue(REQUEST).get(0);
        assertThat(certificate.getSubjectX500Principal().getName("RFC2253")).startsWith("UID=ann,CN=tablet");
        assertThat(certificate.getSubjectAlternativeNames())
                .containsExactly(
                        List.of(6, "urn:anabranch:replica:fedcba9876543210"),
                        List.of(
                                6,
                                "urn:anabranch:commit-key:"
                                        + HexFormat.of()
                                                .formatHex(KEYS.commitKey().publicKey())));
        assertThat(PeerCertificate.parse(certificate)).isEqualTo(holder("ann", "tablet"));
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
    }

    @Test
    void makesAnIdentityThatComesBackFromItsBytes() {
        Identity identity = Identity.of(KEYS, Enrolled.der(issue(REQUEST)));
        Identity back = Identity.decode(DeviceKeys.decode(KEYS.encoded()), identity.encodedCertificates());
        assertThat(back.user()).isEqualTo("ann");
        assertThat(back.deviceName()).isEqualTo("tablet");
        assertThat(back.replica()).isEqualTo(0xfedcba9876543210L);
        assertThat(back.root()).isEqualTo(AUTHORITY.root());
        assertThat(back.expires()).isEqualTo(NOW.plusSeconds(365 * 86_400));
    }

    @Test
    void makesNoIdentityWithOtherKeysOrAnotherChain() {
        List<byte[]> der = Enrolled.der(issue(REQUEST));
        DeviceKeys others = DeviceKeys.generate(RANDOM);
        assertThatThrownBy(() -> Identity.of(others, der)).isInstanceOf(IdentityException.class);
        for (List<byte[]> broken : List.of(
                List.<byte[]>of(),
                der.subList(0, 1),
                der.subList(0, 2),
                List.of(der.get(0), der.get(2)),
                List.of(der.get(0), der.get(1), new byte[] {1, 2}))) {
            assertThatThrownBy(() -> Identity.of(KEYS, broken)).isInstanceOf(IdentityException.class);
        }
        assertThatThrownBy(() -> Identity.of(KEYS, Enrolled.der(AUTHORITY.chain())))
                .isInstanceOf(IdentityException.class);
    }

    @Property(tries = 300)
    void damagedStoredCertificatesAreRefused(
            @ForAll @IntRange(max = 5_000) int place, @ForAll @IntRange(min = 1, max = 255) int damage) {
        byte[] bytes = Identity.of(KEYS, Enrolled.der(issue(REQUEST))).encodedCertificates();
        byte[] cut = Arrays.copyOf(bytes, place % bytes.length);
        assertThatThrownBy(() -> Identity.decode(KEYS, cut)).isInstanceOf(IdentityException.class);
        bytes[place % bytes.length] ^= (byte) damage;
        assertThatThrownBy(() -> Identity.decode(KEYS, bytes)).isInstanceOf(IdentityException.class);
    }

    @Property(tries = 500)
    void damagedRequestsAreRefused(
            @ForAll @IntRange(max = 2_000) int place, @ForAll @IntRange(min = 1, max = 255) int damage) {
        byte[] cut = Arrays.copyOf(REQUEST, place % REQUEST.length);
        assertRefused(cut);
        byte[] bytes = REQUEST.clone();
        bytes[place % REQUEST.length] ^= (byte) damage;
        assertRefused(bytes);
    }

    @Property(tries = 200)
    void anyOtherBytesAreRefused(@ForAll byte[] bytes) {
        assertRefused(bytes);
    }

    @Test
    void oversizedAndDeeplyNestedRequestsAreRefused() {
        assertRefused(Arrays.copyOf(REQUEST, 8 * 1024 + 1));
        byte[] nested = new byte[8 * 1024];
        for (int i = 0; i < nested.length; i += 2) {
            nested[i] = 0x30;
            nested[i + 1] = (byte) 0x80;
        }
        assertRefused(nested);
    }

    @Test
    void keysOfOtherKindsAndRequestsSignedByOtherKeysAreRefused() throws Exception {
        KeyPair p256 = TlsIdentity.generateKeyPair(RANDOM);
        KeyPair p384 = pair("EC", 384);
        KeyPair rsa = pair("RSA", 2048);
        assertRefused(request(p384, p384, "SHA256withECDSA"));
        assertRefused(request(rsa, rsa, "SHA256withRSA"));
        assertRefused(request(p256, TlsIdentity.generateKeyPair(RANDOM), "SHA256withECDSA"));
        assertRefused(request(p256, p256, "SHA1withECDSA"));
        assertThat(issue(request(p256, p256, "SHA256withECDSA"))).hasSize(3);
    }

    private static KeyPair pair(String algorithm, int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    private static byte[] request(KeyPair subject, KeyPair signer, String algorithm) throws Exception {
        return new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=x"), subject.getPublic())
                .build(new JcaContentSignerBuilder(algorithm).build(signer.getPrivate()))
                .getEncoded();
    }

    @Test
    void namesThatNoListCouldShowAreRefused() {
        for (String name : List.of("", "a\tb", "x".repeat(65))) {
            assertThatThrownBy(() -> AUTHORITY.issueDevice(REQUEST, holder(name, "tablet")))
                    .isInstanceOf(IdentityException.class);
            assertThatThrownBy(() -> AUTHORITY.issueDevice(REQUEST, holder("ann", name)))
                    .isInstanceOf(IdentityException.class);
            assertThatThrownBy(() -> AUTHORITY.issueAdministrator(name)).isInstanceOf(IdentityException.class);
        }
    }

    @Test
    void aDeviceHasOneCommitKey() {
        for (int size : new int[] {0, 31, 33}) {
            assertThatThrownBy(() -> PeerCertificate.device("ann", "tablet", 1, new byte[size]))
                    .isInstanceOf(IdentityException.class);
        }
    }

    private static void assertRefused(byte[] request) {
        assertThatThrownBy(() -> issue(request)).isInstanceOf(IdentityException.class);
    }
}
