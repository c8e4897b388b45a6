package io.anabranch.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.relay.server.RelayServer;
import io.anabranch.relay.server.RelayServerOptions;
import io.anabranch.replica.Replica;
import io.anabranch.replica.SyncWay;
import io.anabranch.replica.grpc.RelayAddress;
import io.anabranch.replica.identity.EnrolmentCode;
import io.anabranch.replica.identity.Identity;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates and keys that are replaced while devices and the relay are at work. */
@Timeout(60)
class RenewalIT {

    @TempDir
    private Path directory;

    private static X509Certificate certificate(Replica replica) {
        return replica.identity().orElseThrow().keyManager().getCertificateChain("anabranch")[0];
    }

    private static void enrol(RelayServer relay, Replica replica, String user) {
        EnrolmentCode code = EnrolmentCode.parse(
                relay.administration().createEnrolmentCode(user).getCode());
        replica.enrol(RelayAddress.parse(relay.address()), code, "tablet");
    }

    @Test
    void aDeviceRenewsItsCertificateWhenItSyncs() {
        RelayServerOptions options =
                RelayServerOptions.in(directory.resolve("relay")).withCertificateLifetime(Duration.ofMinutes(10));
        X509Certificate renewed;
        try (RelayServer relay = RelayServer.start(options);
                Replica ann = Replica.open(directory.resolve("ann"))) {
            enrol(relay, ann, "ann");
            X509Certificate first = certificate(ann);
            ann.sync(SyncWay.INCREMENTAL);
            renewed = certificate(ann);
            assertThat(renewed.getSerialNumber()).isNotEqualTo(first.getSerialNumber());
            assertThat(renewed.getPublicKey()).isEqualTo(first.getPublicKey());
            ann.commit(tx -> tx.record("call", "c1").set("title", "with another certificate"));
            assertThat(ann.sync(SyncWay.INCREMENTAL).pending()).isZero();
            renewed = certificate(ann);
        }
        try (Replica again = Replica.open(directory.resolve("ann"))) {
            assertThat(certificate(again)).isEqualTo(renewed);
        }
    }

    @Test
    void rootAndIssuingKeyAreReplacedWithoutEnrollingAnyoneAgain() throws Exception {
        Path data = directory.resolve("relay");
        try (RelayServer relay = RelayServer.start(RelayServerOptions.in(data));
                Replica ann = Replica.open(directory.resolve("ann"));
                Replica away = Replica.open(directory.resolve("away"));
                Replica late = Replica.open(directory.resolve("late"))) {
            enrol(relay, ann, "ann");
            enrol(relay, away, "away");
            X509Certificate first = relay.authority().root();
            Path stick = directory.resolve("stick.pem");
            run("export-root", stick.toString());
            assertThat(data.resolve("authority/root.pem")).doesNotExist();
            assertThat(Ran.relay("authority", "rotate-issuing", "--data", data.toString())
                            .err())
                    .contains("needs the key of the root", "--root FILE");
            run("rotate-issuing", "--root", stick.toString());
            assertThat(run("rotate-root", "--root", stick.toString())).contains("root: CN=Anabranch root");
            while (relay.authority().root().equals(first)) {
                ann.sync(SyncWay.INCREMENTAL);
            }
            ann.sync(SyncWay.INCREMENTAL);
            X509Certificate second = relay.authority().root();
            assertThat(ann.identity().orElseThrow().roots()).containsExactly(second, first);
            assertThat(ann.identity().orElseThrow().root()).isEqualTo(second);
            enrol(relay, late, "late");
            Identity old = away.identity().orElseThrow();
            late.identity()
                    .orElseThrow()
                    .trustManager()
                    .checkClientTrusted(old.keyManager().getCertificateChain("anabranch"), "ECDHE_ECDSA");
            for (Replica replica : new Replica[] {away, late, ann}) {
                String id = Long.toHexString(replica.status().replica());
                replica.commit(tx -> tx.record("call", id).set("title", "goes on"));
                assertThat(replica.sync(SyncWay.INCREMENTAL).pending()).isZero();
            }
            assertThat(away.identity().orElseThrow().root()).isEqualTo(second);
            assertThat(run("show")).contains("issuing", "elsewhere", "here");
            assertThat(Ran.relay("device", "list", "--data", data.toString()).status())
                    .isZero();
        }
    }

    private String run(String command, String... more) {
        List<String> all = new ArrayList<>(List.of("authority", command));
        all.addAll(List.of(more));
        all.addAll(List.of("--data", directory.resolve("relay").toString()));
        Ran ran = Ran.relay(all.toArray(String[]::new));
        assertThat(ran.status()).as(ran.err()).isZero();
        return ran.out();
    }
}
