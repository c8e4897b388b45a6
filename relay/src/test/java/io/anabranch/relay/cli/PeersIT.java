package io.anabranch.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.anabranch.replica.PeerDesk;
import io.anabranch.replica.Replica;
import io.anabranch.replica.SyncWay;
import io.anabranch.replica.grpc.RelayAddress;
import io.anabranch.replica.grpc.SyncException;
import io.anabranch.replica.peer.PeerReport;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices that meet over TLS with no relay in reach, and what the relay makes of what they bring. */
class PeersIT {

    private static final String SCHEMA = """
            types:
              call:
                fields: {title: text, visits: integer}
                validations: {few: {check: visits <= 3, message: At most three visits.}}
              note: {fields: {text: text}}
            profiles:
              field: {types: {call: {create: true, read: true, edit: true, delete: true}}}
            users:
              tom: {profile: field}
            """;

    @TempDir
    private Path directory;

    private CliOffice office;

    @BeforeEach
    void start() {
        office = new CliOffice(directory);
        office.apply(SCHEMA);
        for (String name : new String[] {"maria", "tom", "ann"}) {
            office.enrol(name);
            office.device(name, "sync");
        }
    }

    @AfterEach
    void stop() {
        office.close();
    }

    @Test
    void oneOfThreeBringsHomeTheWorkOfAll() {
        office.device("maria", "put", "call/c1", "title=Maria", "visits=1");
        office.device("maria", "put", "note/n1", "text=confidential");
        office.device("maria", "put", "call/c9", "title=wrong", "visits=9", "--no-check");
        office.device("tom", "put", "call/c2", "title=Tom", "visits=2");
        try (Replica maria = office.open("maria");
                Replica tom = office.open("tom");
                Replica ann = office.open("ann")) {
            PeerReport first = meet(maria, tom);
            assertThat(first.sealed()).isPositive();
            assertThat(title(tom, "c1")).contains("Maria");
            assertThat(title(maria, "c2")).contains("Tom");
            assertThat(tom.get("note", "n1")).isEmpty();
            tom.commit(tx -> tx.record("call", "c1").set("visits", 3));
            meet(tom, ann);
            assertThat(title(ann, "c1")).contains("Maria");
            assertThat(title(ann, "c9")).contains("wrong");
            assertThat(ann.get("note", "n1"))
                    .as("sealed by who could not read it")
                    .isEmpty();
            assertThat(meet(tom, ann)).isEqualTo(new PeerReport(0, 0, 0));
            ann.sync(SyncWay.INCREMENTAL);
            assertThat(ann.peers().carried()).isEmpty();
            assertThat(title(ann, "c9")).as("what the relay rejects goes").isEmpty();
            ann.sync(SyncWay.INCREMENTAL);
            assertThat(ann.get("note", "n1")).isPresent();
            assertThat(ann.get("call", "c1")
                            .orElseThrow()
                            .value("visits")
                            .orElseThrow()
                            .toString())
                    .isEqualTo("3");
            maria.sync(SyncWay.INCREMENTAL);
            assertThat(maria.status().pending()).isZero();
            assertThat(maria.errors().list(9)).hasSize(1);
            tom.sync(SyncWay.INCREMENTAL);
            assertThat(tom.status().pending()).isZero();
            assertThat(tom.peers().carried()).isEmpty();
            assertThat(tom.get("note", "n1")).isEmpty();
        }
    }

    @Test
    void aDeviceThatIsNotEnrolledOrOfAnotherOrganisationIsRefused(@TempDir Path elsewhere) {
        try (Replica maria = office.open("maria");
                Replica stranger = office.open("stranger");
                PeerDesk.Serving serving = maria.peers().serve(0)) {
            assertThatExceptionOfType(SyncException.class)
                    .isThrownBy(() -> stranger.peers().exchange(address(serving)))
                    .withMessageContaining("not enrolled");
            try (CliOffice other = new CliOffice(elsewhere)) {
                other.enrol("eve");
                try (Replica eve = other.open("eve")) {
                    eve.sync(SyncWay.INCREMENTAL);
                    assertThatExceptionOfType(SyncException.class)
                            .isThrownBy(() -> eve.peers().exchange(address(serving)))
                            .withMessageContaining("organisation");
                }
            }
        }
    }

    @Test
    void aDeviceThatIsKnownToBeRevokedIsMetByNobody() {
        office.device("tom", "put", "call/c2", "title=Tom", "visits=2");
        office.relay("user", "revoke", "tom");
        try (Replica maria = office.open("maria");
                Replica tom = office.open("tom")) {
            maria.sync(SyncWay.INCREMENTAL);
            assertThatExceptionOfType(SyncException.class)
                    .isThrownBy(() -> meet(tom, maria))
                    .withMessageContaining("revoked");
            assertThatExceptionOfType(SyncException.class)
                    .isThrownBy(() -> meet(maria, tom))
                    .withMessageContaining("revoked");
            assertThat(title(maria, "c2")).isEmpty();
            assertThat(maria.peers().carried()).isEmpty();
        }
    }

    private static PeerReport meet(Replica caller, Replica called) {
        try (PeerDesk.Serving serving = called.peers().serve(0)) {
            return caller.peers().exchange(address(serving));
        }
    }

    private static RelayAddress address(PeerDesk.Serving serving) {
        return RelayAddress.parse("127.0.0.1:" + serving.port());
    }

    private static Optional<String> title(Replica device, String id) {
        return device.get("call", id).flatMap(call -> call.value("title")).map(Object::toString);
    }
}
