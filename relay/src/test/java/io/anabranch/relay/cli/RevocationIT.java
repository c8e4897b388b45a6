package io.anabranch.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.replica.LiveConnection;
import io.anabranch.replica.Replica;
import io.anabranch.replica.ReplicaStatus;
import io.anabranch.replica.SyncWay;
import io.anabranch.replica.grpc.RelayAddress;
import io.anabranch.replica.grpc.SyncException;
import io.anabranch.replica.identity.RevocationList;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Revocation of devices and users by the command line, while they are connected and later. */
class RevocationIT {

    @TempDir
    private Path directory;

    private CliOffice office;

    @BeforeEach
    void start() {
        office = new CliOffice(directory);
        for (String name : new String[] {"ann", "bob"}) {
            office.enrol(name);
            office.device(name, "sync");
        }
    }

    @AfterEach
    void stop() {
        office.close();
    }

    private String id(String name) {
        return office.objects(name, "status", "--json").get(0).getString("replica");
    }

    private int revokedKnownTo(String name) {
        return office.objects(name, "status", "--json").get(0).getInteger("revoked_replicas");
    }

    @Test
    void aLiveDeviceIsCutOffWithinASecondAndOthersLearnOfIt() throws Exception {
        try (Replica ann = office.open("ann");
                Replica bob = office.open("bob")) {
            String id = Long.toHexString(ann.status().replica());
            LiveConnection connected = live(ann);
            LiveConnection other = live(bob);
            CompletableFuture<Long> cut = new CompletableFuture<>();
            ann.onStatus(status -> {
                if (status.problem().contains("revoked")) {
                    cut.complete(System.nanoTime());
                }
            });
            CompletableFuture<RevocationList> learned = new CompletableFuture<>();
            bob.trust().onRevocations(learned::complete);
            long begun = System.nanoTime();
            assertThat(office.relay("device", "revoke", id)).contains("revoked");
            long told = System.nanoTime();
            long millis = TimeUnit.NANOSECONDS.toMillis(cut.get(20, TimeUnit.SECONDS) - told);
            assertThat(millis).isLessThan(1_000);
            assertThat(told - begun).isPositive();
            ann.commit(tx -> tx.record("call", "c1").set("title", "too late"));
            assertThatThrownBy(() -> ann.sync(SyncWay.INCREMENTAL))
                    .isInstanceOfSatisfying(SyncException.class, failure -> {
                        assertThat(failure.code()).isEqualTo(SyncException.Code.REVOKED);
                        assertThat(failure).hasMessageContaining("revoked by an administrator");
                    });
            assertThat(ann.status().pending()).isEqualTo(1);
            assertThat(learned.get(20, TimeUnit.SECONDS).isRevoked(ann.status().replica(), 1_000))
                    .isTrue();
            connected.close();
            other.close();
        }
        assertThat(office.relay("device", "list")).contains("revoked");
        assertThat(office.ran("device", "revoke", "00000000000000aa").err()).contains("no device of this replica id");
        assertThat(office.ran("device", "revoke", "xyz").status()).isNotZero();
    }

    private static LiveConnection live(Replica replica) throws Exception {
        LiveConnection connection = replica.live();
        CompletableFuture<Void> live = new CompletableFuture<>();
        ReplicaStatus.Listening listening = replica.onStatus(status -> {
            if (status.phase() == ReplicaStatus.Phase.LIVE) {
                live.complete(null);
            }
        });
        live.get(20, TimeUnit.SECONDS);
        listening.close();
        return connection;
    }

    @Test
    void aRevokedUserLosesDevicesAndCodesAndMayComeBackWithANewDevice() {
        String id = id("ann");
        String code = office.relay("enrol-code", "ann").strip();
        assertThat(office.relay("user", "revoke", "ann")).contains("revoked " + id, "and 1 devices");
        assertThat(Ran.device(office.data("ann"), "sync").err()).contains("revoked by an administrator");
        assertThat(Ran.device(office.data("new"), "enrol", "--relay", office.address(), "--code", code)
                        .err())
                .contains("not valid");
        assertThat(office.ran("user", "revoke", "nobody").err()).contains("There is no user of this name");
        office.relay("user", "set", "ann", "--active", "true");
        String fresh = office.relay("enrol-code", "ann").strip();
        office.device("again", "enrol", "--relay", office.address(), "--code", fresh);
        office.device("again", "sync");
        assertThat(revokedKnownTo("again")).isEqualTo(1);
        assertThat(revokedKnownTo("bob")).isZero();
        office.device("bob", "sync");
        assertThat(revokedKnownTo("bob")).isEqualTo(1);
    }

    @Test
    void aRelayThatWasSetBackGetsItsRevocationsFromADevice() throws Exception {
        Path backup = directory.resolve("backup");
        office.relay("backup", backup.toString());
        String id = id("ann");
        office.relay("device", "revoke", id);
        office.device("bob", "sync");
        office.close();
        Path restored = Files.createDirectories(directory.resolve("second")).resolve("relay");
        assertThat(Ran.relay("restore", backup.toString(), "--data", restored.toString())
                        .status())
                .isZero();
        office = new CliOffice(directory.resolve("second"));
        assertThat(office.relay("device", "list")).doesNotContain("revoked");
        try (Replica bob = Replica.open(directory.resolve("bob"))) {
            bob.moveRelay(RelayAddress.parse(office.address()));
            bob.sync(SyncWay.INCREMENTAL);
        }
        assertThat(office.relay("device", "list")).contains("revoked");
    }
}
