package io.anabranch.relay.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.proto.Rejection;
import io.anabranch.proto.RejectionCode;
import io.anabranch.proto.SyncGrpc;
import io.anabranch.proto.UploadHello;
import io.anabranch.proto.UploadReply;
import io.anabranch.proto.UploadRequest;
import io.anabranch.relay.admission.AdmissionLimits;
import io.anabranch.relay.cli.RelayCommand;
import io.anabranch.relay.server.sequencer.SequencerLimits;
import io.anabranch.replica.Replica;
import io.anabranch.replica.SyncWay;
import io.anabranch.replica.Transaction;
import io.anabranch.replica.commit.SignedCommits;
import io.anabranch.replica.grpc.RelayAddress;
import io.anabranch.replica.identity.EnrolmentCode;
import io.anabranch.replica.state.SyncError;
import io.anabranch.replica.storage.RocksDbOptions;
import io.anabranch.replica.wire.WireLimits;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Every code of a verdict, by a device that saves and syncs, over the network, and what it says: code, field, message. What no device of ours
 * would send, a client of the test forges.
 */
class VerdictsIT {

    /**
     * What a relay never answers a commit with: it does not read on when a signature is wrong, and what a revoked device sends itself is
     * not taken at all, so that a verdict is for what others bring of it.
     */
    private static final Set<RejectionCode> NEVER = EnumSet.of(
            RejectionCode.REJECTION_CODE_UNSPECIFIED,
            RejectionCode.UNRECOGNIZED,
            RejectionCode.SIGNATURE_INVALID,
            RejectionCode.REPLICA_REVOKED);

    private static final String SCHEMA = """
            types:
              account:
                life: deleteWins
                fields: {name: text, owner: text}
              call:
                lock: status = 'locked'
                fields:
                  title: {required: true}
                  name: {type: text, length: 5}
                  status: {type: picklist, values: [open, locked]}
                  account: {type: reference, references: account}
                  code: {unique: true}
                  visits: integer
                  secret: text
                  owner: text
                validations:
                  few: {check: visits <= 3, message: At most three visits.}
              memo: {fields: {text: text}}
            profiles:
              rep:
                types:
                  account: {create: true, read: true, edit: true, delete: true}
                  call: {create: true, read: true, edit: true, fields: {secret: read}, rows: "owner = :user.id OR owner IS NULL"}
                  memo: {read: true}
            rules:
              accounts: {type: account, where: "owner IS NULL OR owner = :user.id"}
              calls: {type: call}
              memos: {type: memo}
            users:
              maria: {profile: rep}
            """;

    @TempDir
    private Path directory;

    private RelayServer relay;
    private final Map<RejectionCode, Rejection> seen = new EnumMap<>(RejectionCode.class);

    @BeforeEach
    void start() {
        RelayServerOptions options = RelayServerOptions.in(directory.resolve("relay"));
        AdmissionLimits small = new AdmissionLimits(60_000, 60_000, 300_000);
        relay = RelayServer.start(options.withLimits(
                new RelayServerOptions.Limits(RocksDbOptions.defaults(), small, SequencerLimits.DEFAULT, 10_000)));
    }

    @AfterEach
    void stop() {
        relay.close();
    }

    private void command(String... arguments) {
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--data", directory.resolve("relay").toString()));
        int status = new CommandLine(new RelayCommand())
                .setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(err))
                .execute(all.toArray(String[]::new));
        assertThat(status).as(err.toString()).isZero();
    }

    private void apply(String schema) throws IOException {
        Path file = Files.writeString(directory.resolve("schema.yaml"), schema);
        command("schema", "apply", file.toString(), "--yes", "--prune");
    }

    private Replica enrol(String user) {
        Replica replica = Replica.open(directory.resolve(user));
        EnrolmentCode code = EnrolmentCode.parse(
                relay.administration().createEnrolmentCode(user).getCode());
        replica.enrol(RelayAddress.parse(relay.address()), code, user);
        return replica;
    }

    /** A save as of an application that does not ask first. */
    private static long save(Replica device, Consumer<Transaction> changes) {
        return device.commit(tx -> changes.accept(tx.unchecked()));
    }

    private Rejection verdict(Replica device, long seq) {
        device.sync(SyncWay.INCREMENTAL);
        return device.errors().list(Integer.MAX_VALUE).stream()
                .filter(error -> error.seq() == seq)
                .map(SyncError::rejection)
                .findFirst()
                .orElseThrow();
    }

    private void expect(Rejection rejection, RejectionCode code, String field, String message) {
        assertThat(rejection.getCode()).as(rejection.toString()).isEqualTo(code);
        assertThat(rejection.getField()).as(rejection.toString()).isEqualTo(field);
        assertThat(rejection.getMessage()).contains(message);
        seen.put(code, rejection);
    }

    private void expect(
            Replica device, Consumer<Transaction> changes, RejectionCode code, String field, String message) {
        expect(verdict(device, save(device, changes)), code, field, message);
    }

    private void assertRight(String right) {
        assertThat(seen)
                .hasEntrySatisfying(
                        RejectionCode.INSUFFICIENT_ACCESS,
                        rejection -> assertThat(rejection.getDetailsMap()).containsEntry("right", right));
    }

    private static Consumer<Transaction> call(String id, String field, Object value) {
        return tx -> {
            var writer = tx.record("call", id).set("title", "t");
            if (value instanceof Integer number) {
                writer.set(field, (long) number);
            } else {
                writer.set(field, value.toString());
            }
        };
    }

    @Test
    void everyCodeReachesTheAuthor() throws Exception {
        apply(SCHEMA);
        try (Replica office = enrol("office");
                Replica maria = enrol("maria")) {
            office.commit(tx -> {
                tx.record("account", "a1").set("name", "Clinic");
                tx.record("account", "theirs").set("name", "Other").set("owner", "tom");
                tx.record("call", "locked").set("title", "x").set("status", "locked");
                tx.record("call", "taken").set("title", "x").set("code", "K1");
                tx.record("memo", "m1").set("text", "x");
            });
            office.sync(SyncWay.INCREMENTAL);
            maria.sync(SyncWay.INCREMENTAL);
            whatTheSchemaAsks(maria);
            whatRightsAsk(maria);
            whatBecameOfTheRecord(office, maria);
            whatNoDeviceSends();
        }
        assertThat(seen.keySet()).isEqualTo(EnumSet.complementOf(EnumSet.copyOf(NEVER)));
    }

    private void whatTheSchemaAsks(Replica maria) {
        expect(maria, call("c1", "visits", 4), RejectionCode.VALIDATION_FAILED, "", "At most three visits.");
        expect(
                maria,
                tx -> tx.record("call", "c2").set("name", "x"),
                RejectionCode.REQUIRED_FIELD_MISSING,
                "title",
                "must have a value");
        expect(maria, call("c3", "visits", "many"), RejectionCode.WRONG_TYPE, "visits", "not of the field's type");
        expect(maria, call("c4", "name", "sixsix"), RejectionCode.TOO_LONG, "name", "too long");
        expect(maria, call("c5", "status", "odd"), RejectionCode.NOT_IN_PICKLIST, "status", "to choose from");
        expect(maria, call("c6", "code", "K1"), RejectionCode.DUPLICATE_VALUE, "code", "Another record");
        expect(maria, call("c7", "account", "none"), RejectionCode.INVALID_REFERENCE, "account", "does not exist");
        expect(maria, call("c8", "colour", "red"), RejectionCode.SCHEMA_OUTDATED, "colour", "not in the schema");
        expect(maria, call("c9", "owner", "x".repeat(70_000)), RejectionCode.TOO_LARGE, "", "too large");
        // The call c5 was never accepted, so nothing can rest on it.
        expect(
                maria,
                tx -> tx.record("call", "c5").set("name", "more"),
                RejectionCode.DEPENDS_ON_REJECTED,
                "",
                "rests on an earlier one");
    }

    private void whatRightsAsk(Replica maria) {
        expect(
                maria,
                tx -> tx.record("memo", "m1").set("text", "y"),
                RejectionCode.INSUFFICIENT_ACCESS,
                "",
                "You may not make this change");
        assertRight("edit");
        expect(
                maria,
                call("c10", "secret", "x"),
                RejectionCode.INSUFFICIENT_ACCESS,
                "secret",
                "may not change this field");
        expect(
                maria,
                call("c11", "owner", "tom"),
                RejectionCode.INSUFFICIENT_ACCESS,
                "",
                "You may not make this change");
        assertRight("row");
        expect(
                maria,
                tx -> tx.record("call", "locked").set("name", "y"),
                RejectionCode.RECORD_LOCKED,
                "",
                "record is locked");
        expect(
                maria,
                tx -> tx.record("account", "theirs").set("name", "Mine"),
                RejectionCode.OUT_OF_SCOPE,
                "",
                "not in your scope");
    }

    private void whatBecameOfTheRecord(Replica office, Replica maria) {
        office.commit(tx -> tx.record("account", "a1").delete());
        office.sync(SyncWay.INCREMENTAL);
        expect(
                maria,
                tx -> tx.record("account", "a1").set("name", "Edited"),
                RejectionCode.RECORD_DELETED,
                "",
                "deleted meanwhile");
    }

    private void whatNoDeviceSends() {
        try (TestDevice forger = TestDevice.enrol(relay, "office", 77)) {
            Record absent = Record.empty(new RecordKey("call", "absent"));
            Record made = forger.delta(absent, edit -> edit.set("title", Value.of("x")));
            Record edit = forger.delta(made, change -> change.set("name", Value.of("y")));
            expect(upload(forger, forger.commit(edit)), RejectionCode.RECORD_UNKNOWN, "", "not known here");
            expect(upload(forger, forger.body(new byte[] {1, 2, 3})), RejectionCode.MALFORMED, "", "could not be read");
        }
    }

    @Test
    void aWrongSignatureEndsTheStreamAndCostsTheDeviceNothing() {
        try (TestDevice device = TestDevice.enrol(relay, "office", 78)) {
            SignedCommits good = device.create("call", 1, "x");
            byte[] wrong = good.signature().clone();
            wrong[0] ^= 1;
            Received<UploadRequest, UploadReply> replies = Received.reading();
            StreamObserver<UploadRequest> requests = opened(device, 1, replies);
            requests.onNext(batch(
                    new SignedCommits(good.replica(), good.firstSeq(), good.previousLink(), good.bodies(), wrong)));
            assertThat(replies.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            Received<UploadRequest, UploadReply> again = Received.reading();
            opened(device, 1, again).onNext(batch(good));
            assertThat(again.next().getVerdicts().getRuns(0).hasAccepted()).isTrue();
        }
    }

    private static StreamObserver<UploadRequest> opened(
            TestDevice device, long firstSeq, Received<UploadRequest, UploadReply> replies) {
        StreamObserver<UploadRequest> requests =
                SyncGrpc.newStub(device.channel()).upload(replies);
        requests.onNext(UploadRequest.newBuilder()
                .setHello(UploadHello.newBuilder()
                        .setProtocol(WireLimits.PROTOCOL)
                        .setFirstUnjudgedSeq(firstSeq))
                .build());
        assertThat(replies.next().hasWelcome()).isTrue();
        return requests;
    }

    private static UploadRequest batch(SignedCommits commits) {
        return UploadRequest.newBuilder().setBatch(commits.toMessage()).build();
    }

    /** The verdict on a commit that a client sends as it is. */
    private static Rejection upload(TestDevice device, SignedCommits commits) {
        Received<UploadRequest, UploadReply> replies = Received.reading();
        StreamObserver<UploadRequest> requests = opened(device, commits.firstSeq(), replies);
        requests.onNext(batch(commits));
        Rejection rejection = replies.next().getVerdicts().getRuns(0).getRejected();
        requests.onCompleted();
        return rejection;
    }
}
