package io.anabranch.relay.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.replica.identity.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateAuthorityTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    private Path parent;

    private Path directory;

    @BeforeEach
    void name() {
        directory = parent.resolve("data/authority");
    }

    private CertificateAuthority open(Instant now) {
        return CertificateAuthority.open(directory, InstantSource.fixed(now), new SecureRandom());
    }

    @Test
    void isTheSameWhenOpenedAgain() {
        List<X509Certificate> chain = open(NOW).chain();
        assertThat(open(NOW.plusSeconds(60)).chain()).isEqualTo(chain);
        assertThat(chain.get(1)).isEqualTo(open(NOW).root());
    }

    @Test
    void onlyTheOwnerReadsItsFiles() throws IOException {
        open(NOW);
        assertThat(permissions(directory)).isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files)
                    .allSatisfy(file -> assertThat(permissions(file)).isEqualTo("rw-------"))
                    .extracting(file -> file.getFileName().toString())
                    .containsExactlyInAnyOrder("root.pem", "issuing.pem", "roots.pem");
        }
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void rootAndIssuingAuthorityMayIssueAndEndsMayNot() {
        CertificateAuthority authority = open(NOW);
        assertThat(authority.root().getBasicConstraints()).isEqualTo(6);
        assertThat(authority.chain().get(0).getBasicConstraints()).isZero();
        X509Certificate relay = authority.issueServer(List.of()).certificate();
        assertThat(relay.getBasicConstraints()).isEqualTo(-1);
        assertThat(relay.getKeyUsage()).startsWith(true, false, false, false, false, false, false);
        assertThat(authority.root().getKeyUsage()).startsWith(false, false, false, false, false, true, true);
    }

    @Test
    void certificatesAreBackdatedAnHourAndLastAYear() {
        X509Certificate relay = open(NOW).issueServer(List.of()).certificate();
        assertThat(relay.getNotBefore().toInstant()).isEqualTo(NOW.minus(Duration.ofHours(1)));
        assertThat(relay.getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(365)));
    }

    @Test
    void serialNumbersDiffer() {
        CertificateAuthority authority = open(NOW);
        assertThat(authority.issueServer(List.of()).certificate().getSerialNumber())
                .isPositive()
                .isNotEqualTo(authority.issueServer(List.of()).certificate().getSerialNumber());
    }

    @Test
    void theRelaysCertificateNamesItAndItsHosts() throws Exception {
        X509Certificate relay = open(NOW)
                .issueServer(List.of("relay.example.org", "192.0.2.7", "2001:db8::1", "localhost"))
                .certificate();
        assertThat(relay.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(relay.getSubjectAlternativeNames())
                .extracting(name -> name.get(1).toString())
                .containsExactly(
                        Identity.RELAY_NAME,
                        "localhost",
                        "127.0.0.1",
                        "0:0:0:0:0:0:0:1",
                        "relay.example.org",
                        "192.0.2.7",
                        "2001:db8:0:0:0:0:0:1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "-a.example", "a..b", "*.example", "host:8443", "a\nb"})
    void refusesWhatIsNoHost(String host) {
        CertificateAuthority authority = open(NOW);
        assertThatThrownBy(() -> authority.issueServer(List.of(host))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theIssuingAuthorityIsReplacedInItsLastYearAndOldDevicesStayTrusted() {
        CertificateAuthority old = open(NOW);
        Identity device = Enrolled.device(old, "ann", 7);
        CertificateAuthority renewed = open(NOW.plus(Duration.ofDays(4 * 365 + 1)));
        assertThat(renewed.chain().get(0)).isNotEqualTo(old.chain().get(0));
        assertThat(renewed.root()).isEqualTo(old.root()).isEqualTo(device.root());
    }

    @Test
    void aMissingIssuingAuthorityIsMadeAgain() throws IOException {
        X509Certificate root = open(NOW).root();
        Files.delete(directory.resolve("issuing.pem"));
        assertThat(open(NOW).root()).isEqualTo(root);
    }

    @Test
    void withoutTheRootsKeyItWorksUntilTheIssuingAuthorityExpires() throws IOException {
        CertificateAuthority whole = open(NOW);
        Files.delete(directory.resolve("root.pem"));
        Instant lastYear = NOW.plus(Duration.ofDays(5 * 365 - 10));
        CertificateAuthority without = open(lastYear);
        assertThat(without.chain()).isEqualTo(whole.chain());
        assertThat(without.issueServer(List.of()).certificate().getNotAfter())
                .isEqualTo(whole.chain().get(0).getNotAfter());
        assertThatThrownBy(() -> open(NOW.plus(Duration.ofDays(5 * 365 + 1))))
                .isInstanceOf(AuthorityException.class)
                .hasMessageContaining("needs the key of the root")
                .hasMessageContaining("root.pem");
        assertThat(directory.resolve("root.pem")).doesNotExist();
    }

    @Test
    void aMissingListOfRootsIsAnErrorThatSaysWhatToDo() throws IOException {
        open(NOW);
        Files.delete(directory.resolve("roots.pem"));
        assertThatThrownBy(() -> open(NOW))
                .isInstanceOf(AuthorityException.class)
                .hasMessageContaining("Restore the file from a backup")
                .hasMessageContaining("roots.pem");
    }

    @ParameterizedTest
    @ValueSource(strings = {"root.pem", "issuing.pem"})
    void damageIsAnErrorThatNamesTheFile(String name) throws IOException {
        open(NOW);
        Path file = directory.resolve(name);
        String text = Files.readString(file);
        List<String> damaged = List.of(
                "",
                "no PEM",
                text.substring(0, text.length() / 2),
                text.replace("PRIVATE KEY", "PRIVATE SECRET"),
                text.replace('A', 'B'),
                text + text);
        for (String content : damaged) {
            Files.writeString(file, content);
            assertThatThrownBy(() -> open(NOW))
                    .isInstanceOf(AuthorityException.class)
                    .hasMessageContaining("Restore it from a backup")
                    .hasMessageContaining(file.toString());
        }
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThatThrownBy(() -> open(NOW))
                .isInstanceOf(AuthorityException.class)
                .hasMessageContaining("damaged");
    }

    @Test
    void filesOfTwoAuthoritiesMixedUpAreAnError() throws IOException {
        open(NOW);
        Path other = parent.resolve("other");
        CertificateAuthority.open(other, InstantSource.fixed(NOW), new SecureRandom());
        Files.copy(other.resolve("issuing.pem"), directory.resolve("issuing.pem"), StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> open(NOW))
                .isInstanceOf(AuthorityException.class)
                .hasMessageContaining("issuing.pem");
    }
}
