package io.anabranch.relay.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.relay.cli.RelayCommand;
import io.anabranch.replica.CommitRefusedException;
import io.anabranch.replica.Replica;
import io.anabranch.replica.SyncWay;
import io.anabranch.replica.attachment.AttachmentException;
import io.anabranch.replica.attachment.AttachmentException.Code;
import io.anabranch.replica.attachment.AttachmentStatus.State;
import io.anabranch.replica.attachment.TransferReport;
import io.anabranch.replica.content.AttachmentRef;
import io.anabranch.replica.grpc.RelayAddress;
import io.anabranch.replica.identity.EnrolmentCode;
import io.anabranch.replica.tracking.NetworkKind;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Who gets content, and when, by the rules that give the records. */
class AttachmentRightsIT {

    private static final String RULES = """
            types:
              visit:
                fields: {owner: text, team: text, photo: attachment, scan: attachment}
            profiles:
              rep:
                types: {visit: {create: true, read: true, edit: true, delete: true}}
            rules:
              own: {type: visit, where: 'owner = :user.id', attachments: with-record}
              team: {type: visit, where: 'team = :user.team', columns: [owner, team, photo], attachments: on-demand}
              public: {type: visit, where: 'team = ''public'''}
            users:
              ann: {profile: rep}
              bob: {profile: rep, attributes: {team: [north]}}
              cat: {profile: rep, attributes: {team: [south]}}
            """;

    @TempDir
    private Path directory;

    private RelayServer relay;

    @BeforeEach
    void start() throws Exception {
        relay = RelayServer.start(RelayServerOptions.in(directory.resolve("relay")));
        Path file = Files.writeString(directory.resolve("rules.yaml"), RULES);
        command("schema", "apply", file.toString(), "--yes");
    }

    @AfterEach
    void stop() {
        relay.close();
    }

    private void command(String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--data";
        all[arguments.length + 1] = directory.resolve("relay").toString();
        assertThat(new CommandLine(new RelayCommand()).execute(all)).isZero();
    }

    private Replica device(String name) {
        Replica replica = Replica.open(directory.resolve(name));
        String code = relay.administration().createEnrolmentCode(name).getCode();
        replica.enrol(new RelayAddress("127.0.0.1", relay.port()), EnrolmentCode.parse(code), "tablet");
        sync(replica);
        return replica;
    }

    private static TransferReport sync(Replica replica) {
        replica.sync(SyncWay.INCREMENTAL);
        return replica.attachments().transfer(progress -> {}).join();
    }

    private static AttachmentRef content(Replica replica, int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return replica.attachments().add(new ByteArrayInputStream(bytes), "image/png", "door.png");
    }

    private static AttachmentRef save(Replica replica, String team, int size) {
        AttachmentRef photo = content(replica, size);
        AttachmentRef scan = content(replica, size + 1);
        replica.commit(tx -> tx.record("visit", "v" + size)
                .set("owner", "ann")
                .set("team", team)
                .set("photo", photo.value())
                .set("scan", scan.value()));
        sync(replica);
        return photo;
    }

    private static State state(Replica replica, AttachmentRef ref) {
        return replica.attachments().status(ref).state();
    }

    private static void fetchFails(Code code, String message, Replica replica, AttachmentRef ref) {
        assertThatThrownBy(() -> replica.attachments().fetch(ref, size -> {}).join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .hasMessageContaining(message)
                .isInstanceOfSatisfying(
                        AttachmentException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void contentIsGivenAsTheRuleSaysThatGivesTheRecord() {
        try (Replica ann = device("ann");
                Replica bob = device("bob");
                Replica cat = device("cat")) {
            AttachmentRef photo = save(ann, "north", 50_000);
            AttachmentRef scan = content(ann, 50_001);
            AttachmentRef shown = save(ann, "public", 60_000);

            assertThat(sync(bob).fetched()).isZero();
            assertThat(state(bob, photo)).isEqualTo(State.ABSENT);
            bob.attachments().fetch(photo, size -> {}).join();
            assertThat(state(bob, photo)).isEqualTo(State.HERE);
            // The rule does not show the field.
            fetchFails(Code.ABSENT, "no record that the user sees", bob, scan);

            assertThat(sync(cat).fetched()).isZero();
            fetchFails(Code.ABSENT, "no record that the user sees", cat, photo);
            assertThat(cat.get("visit", "v60000").orElseThrow().value("photo")).contains(shown.value());
            fetchFails(Code.REFUSED, "not its attachments", cat, shown);
        }
    }

    @Test
    void anotherRuleGivesOrTakesContentAndItGoesWithTheRecord() {
        try (Replica ann = device("ann");
                Replica bob = device("bob")) {
            AttachmentRef photo = save(ann, "north", 50_000);
            sync(bob);
            command("scope", "set", "team", "--attachments", "with-record");
            ann.commit(tx -> tx.record("visit", "v1").set("owner", "ann").set("team", "north"));
            sync(ann);
            Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                bob.network(NetworkKind.METERED);
                sync(bob);
                assertThat(state(bob, photo)).isEqualTo(State.HERE);
            });

            ann.commit(tx -> tx.record("visit", "v50000").set("team", "east"));
            sync(ann);
            sync(bob);
            assertThat(bob.get("visit", "v50000")).isEmpty();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(state(bob, photo)).isEqualTo(State.ABSENT));
            fetchFails(Code.ABSENT, "no record that the user sees", bob, photo);
            assertThat(state(ann, photo)).isEqualTo(State.HERE);
        }
    }

    @Test
    void whatCostsWaitsForANetworkThatDoesNot() {
        command("scope", "set", "team", "--attachments", "unmetered");
        try (Replica ann = device("ann");
                Replica bob = device("bob")) {
            bob.network(NetworkKind.METERED);
            AttachmentRef photo = save(ann, "north", 50_000);
            assertThat(sync(bob).fetched()).isZero();
            bob.network(NetworkKind.UNMETERED);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(state(bob, photo)).isEqualTo(State.HERE));
        }
    }

    @Test
    void whatWasAppliedAtOnceBringsItsContent() {
        command("scope", "set", "team", "--attachments", "with-record");
        try (Replica ann = device("ann");
                Replica bob = device("bob")) {
            AttachmentRef photo = save(ann, "north", 50_000);
            bob.sync(SyncWay.NON_BLOCKING);
            assertThat(bob.get("visit", "v50000")).isEmpty();
            bob.apply();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(state(bob, photo)).isEqualTo(State.HERE));
        }
    }

    @Test
    void aFieldOfAttachmentsTakesNothingElse() {
        try (Replica ann = device("ann")) {
            assertThatThrownBy(() -> ann.commit(
                            tx -> tx.record("visit", "v1").set("owner", "ann").set("photo", "a door")))
                    .isInstanceOf(CommitRefusedException.class);
        }
    }
}
