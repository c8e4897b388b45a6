package io.anabranch.relay.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.proto.AdministrationGrpc;
import io.anabranch.proto.CreateEnrolmentCodeRequest;
import io.anabranch.proto.DownloadHello;
import io.anabranch.proto.DownloadReply;
import io.anabranch.proto.DownloadRequest;
import io.anabranch.proto.ListDevicesRequest;
import io.anabranch.proto.Page;
import io.anabranch.proto.Patches;
import io.anabranch.proto.SyncGrpc;
import io.anabranch.proto.UploadHello;
import io.anabranch.proto.UploadReply;
import io.anabranch.proto.UploadRequest;
import io.anabranch.replica.commit.SignedCommits;
import io.anabranch.replica.identity.DeviceKeys;
import io.anabranch.replica.identity.EnrolmentCode;
import io.anabranch.replica.wire.Packed;
import io.anabranch.replica.wire.WireLimits;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What devices, administrators and strangers get from a relay. */
class RelayServerIT {

    @TempDir
    private Path directory;

    private RelayServer relay;

    @BeforeEach
    void start() {
        relay = RelayServer.start(RelayServerOptions.in(directory));
    }

    @AfterEach
    void stop() {
        relay.close();
    }

    private static Status failure(ThrowingCallable call) {
        return catchThrowableOfType(StatusRuntimeException.class, call).getStatus();
    }

    private EnrolmentCode code(String user) {
        return EnrolmentCode.parse(
                relay.administration().createEnrolmentCode(user).getCode());
    }

    private static UploadRequest uploadHello() {
        return UploadRequest.newBuilder()
                .setHello(UploadHello.newBuilder()
                        .setProtocol(WireLimits.PROTOCOL)
                        .setFirstUnjudgedSeq(1))
                .build();
    }

    private static UploadRequest batch(SignedCommits commits) {
        return UploadRequest.newBuilder().setBatch(commits.toMessage()).build();
    }

    private static DownloadRequest downloadHello(boolean live) {
        return DownloadRequest.newBuilder()
                .setHello(DownloadHello.newBuilder()
                        .setProtocol(WireLimits.PROTOCOL)
                        .setLive(live))
                .build();
    }

    private static Patches patches(Page page) throws InvalidProtocolBufferException {
        return Patches.parseFrom(new Packed(page.getPatches(), page.getPatchesSize()).unpack());
    }

    @Test
    void withoutACertificateThereIsNoData() {
        ManagedChannel stranger = Channels.withoutCertificate(relay);
        Received<DownloadRequest, DownloadReply> down = Received.reading();
        SyncGrpc.newStub(stranger).download(down).onNext(downloadHello(false));
        assertThat(down.end().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(down.end().getDescription()).contains("anabranch device enrol");
        assertThat(down.waiting()).isZero();
        Received<UploadRequest, UploadReply> up = Received.reading();
        SyncGrpc.newStub(stranger).upload(up).onNext(uploadHello());
        assertThat(up.end().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        stranger.shutdownNow();
    }

    @Test
    void aCodeEnrolsOneDevice() {
        EnrolmentCode code = code("ann");
        TestDevice.enrol(relay, code, 7).close();
        Status second = failure(() -> TestDevice.enrol(relay, code, 8));
        assertThat(second.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(second.getDescription()).contains("Ask an administrator for a new one");
        assertThat(relay.administration().listDevices())
                .singleElement()
                .satisfies(device -> assertThat(device.getUser()).isEqualTo("ann"));
    }

    @Test
    void aDeviceThatMissedTheAnswerEnrolsAgainWithItsCode() {
        EnrolmentCode code = code("ann");
        DeviceKeys keys = DeviceKeys.generate(new SecureRandom());
        var request = TestDevice.request(keys, code, 7);
        TestDevice.enrol(relay, code, request, keys);
        assertThat(TestDevice.enrol(relay, code, request, keys).replica()).isEqualTo(7);
    }

    @Test
    void aReplicaIdIsEnrolledOnce() {
        TestDevice.enrol(relay, "ann", 7).close();
        assertThat(failure(() -> TestDevice.enrol(relay, "bob", 7)).getCode()).isEqualTo(Status.Code.ALREADY_EXISTS);
    }

    @Test
    void withoutProofOfTheCommitKeyNothingIsEnrolledAndTheCodeStaysGood() {
        EnrolmentCode code = code("ann");
        DeviceKeys keys = DeviceKeys.generate(new SecureRandom());
        var forged = TestDevice.request(keys, code, 7).toBuilder().setReplica(8).build();
        assertThat(failure(() -> TestDevice.enrol(relay, code, forged, keys)).getCode())
                .isEqualTo(Status.Code.PERMISSION_DENIED);
        TestDevice.enrol(relay, code, 7).close();
    }

    @Test
    void whoGuessesCodesIsSlowedDown() {
        EnrolmentCode wrong =
                EnrolmentCode.generate(new SecureRandom(), relay.authority().root());
        Status last = Status.OK;
        for (int i = 0; i < 25 && last.getCode() != Status.Code.RESOURCE_EXHAUSTED; i++) {
            last = failure(() -> TestDevice.enrol(relay, wrong, 7));
        }
        assertThat(last.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }

    @Test
    void onlyAdministratorsAdminister() {
        try (TestDevice device = TestDevice.enrol(relay, "ann", 7)) {
            ManagedChannel stranger = Channels.withoutCertificate(relay);
            ManagedChannel administrator = Channels.administrator(relay);
            var request = CreateEnrolmentCodeRequest.newBuilder().setUser("bob").build();
            assertThat(failure(() -> AdministrationGrpc.newBlockingStub(device.channel())
                                    .createEnrolmentCode(request))
                            .getCode())
                    .isEqualTo(Status.Code.PERMISSION_DENIED);
            assertThat(failure(() ->
                                    AdministrationGrpc.newBlockingStub(stranger).createEnrolmentCode(request))
                            .getCode())
                    .isEqualTo(Status.Code.UNAUTHENTICATED);
            var stub = AdministrationGrpc.newBlockingStub(administrator).withDeadlineAfter(20, TimeUnit.SECONDS);
            assertThat(stub.createEnrolmentCode(request).getCode()).isNotEmpty();
            assertThat(stub.listDevices(ListDevicesRequest.getDefaultInstance()).getDeviceList())
                    .hasSize(1);
            stranger.shutdownNow();
            administrator.shutdownNow();
        }
    }

    @Test
    void whatOneDeviceSendsUpAnotherGetsDownAndLive() throws Exception {
        try (TestDevice ann = TestDevice.enrol(relay, "ann", 7);
                TestDevice bob = TestDevice.enrol(relay, "bob", 8)) {
            Received<UploadRequest, UploadReply> verdicts = Received.reading();
            StreamObserver<UploadRequest> up = SyncGrpc.newStub(ann.channel()).upload(verdicts);
            up.onNext(uploadHello());
            assertThat(verdicts.next().getWelcome().getNextSeq()).isEqualTo(1);
            up.onNext(batch(ann.create("account", 10, "Harbour Clinic")));
            assertThat(verdicts.next().getVerdicts().getRuns(0).getCount()).isEqualTo(10);

            Received<DownloadRequest, DownloadReply> pages = Received.reading();
            StreamObserver<DownloadRequest> down =
                    SyncGrpc.newStub(bob.channel()).download(pages);
            down.onNext(downloadHello(true));
            assertThat(pages.next().getWelcome().getRecordsWaiting()).isEqualTo(11);
            Page first = pages.next().getPage();
            assertThat(patches(first).getPatchCount())
                    .as("ten accounts, and the user's own record")
                    .isEqualTo(11);
            assertThat(first.getConsistent()).isTrue();

            up.onNext(batch(ann.create("call", 1, "live")));
            assertThat(patches(pages.next().getPage()).getPatch(0).getType()).isEqualTo("call");
            up.onCompleted();
            assertThat(verdicts.end()).isEqualTo(Status.OK);
        }
    }

    @Test
    void aDownloadThatIsNotLiveEnds() {
        try (TestDevice bob = TestDevice.enrol(relay, "bob", 8)) {
            Received<DownloadRequest, DownloadReply> pages = Received.reading();
            SyncGrpc.newStub(bob.channel()).download(pages).onNext(downloadHello(false));
            assertThat(pages.next().hasWelcome()).isTrue();
            assertThat(pages.next().getPage().getConsistent()).isTrue();
            assertThat(pages.end()).isEqualTo(Status.OK);
        }
    }

    @Test
    void manyBatchesInOneStreamAreJudgedInOrder() {
        try (TestDevice ann = TestDevice.enrol(relay, "ann", 7)) {
            Received<UploadRequest, UploadReply> verdicts = Received.reading();
            StreamObserver<UploadRequest> up = SyncGrpc.newStub(ann.channel()).upload(verdicts);
            up.onNext(uploadHello());
            for (int i = 0; i < 50; i++) {
                up.onNext(batch(ann.create("account", 20, "x".repeat(100))));
            }
            up.onCompleted();
            assertThat(verdicts.next().hasWelcome()).isTrue();
            long judged = 0;
            while (judged < 1_000) {
                for (var run : verdicts.next().getVerdicts().getRunsList()) {
                    assertThat(run.getFirstSeq()).isEqualTo(judged + 1);
                    judged += run.getCount();
                }
            }
            assertThat(verdicts.end()).isEqualTo(Status.OK);
        }
    }

    @Test
    void aCommitOfTheLargestSizeGoesUpAndDown() throws Exception {
        try (TestDevice ann = TestDevice.enrol(relay, "ann", 7)) {
            Received<UploadRequest, UploadReply> verdicts = Received.reading();
            StreamObserver<UploadRequest> up = SyncGrpc.newStub(ann.channel()).upload(verdicts);
            up.onNext(uploadHello());
            byte[] noise = new byte[5 << 20];
            new SecureRandom().nextBytes(noise);
            String text = java.util.Base64.getEncoder().encodeToString(noise);
            up.onNext(batch(ann.create("note", 2, text)));
            assertThat(verdicts.next().hasWelcome()).isTrue();
            assertThat(verdicts.next().getVerdicts().getRuns(0).getCount()).isEqualTo(2);
            up.onCompleted();
            Received<DownloadRequest, DownloadReply> pages = Received.reading();
            SyncGrpc.newStub(ann.channel()).download(pages).onNext(downloadHello(false));
            assertThat(pages.next().hasWelcome()).isTrue();
            int count = 0;
            while (count < 2) {
                count += patches(pages.next().getPage()).getPatchCount();
            }
            assertThat(pages.end()).isEqualTo(Status.OK);
        }
    }

    @Test
    void aMalformedBatchEndsTheStreamWithAReason() {
        try (TestDevice ann = TestDevice.enrol(relay, "ann", 7)) {
            Received<UploadRequest, UploadReply> verdicts = Received.reading();
            StreamObserver<UploadRequest> up = SyncGrpc.newStub(ann.channel()).upload(verdicts);
            up.onNext(uploadHello());
            SignedCommits good = ann.create("account", 1, "x");
            up.onNext(UploadRequest.newBuilder()
                    .setBatch(good.toMessage().toBuilder().clearSignature())
                    .build());
            assertThat(verdicts.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(verdicts.end().getDescription()).contains("signature");
        }
    }

    @Test
    void aGapInTheHistoryIsAFailedPrecondition() {
        try (TestDevice ann = TestDevice.enrol(relay, "ann", 7)) {
            Received<UploadRequest, UploadReply> verdicts = Received.reading();
            StreamObserver<UploadRequest> up = SyncGrpc.newStub(ann.channel()).upload(verdicts);
            up.onNext(uploadHello());
            ann.create("account", 1, "never sent");
            up.onNext(batch(ann.create("account", 1, "x")));
            assertThat(verdicts.end().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        }
    }

    @Test
    void aDeadlineAndACancelEndTheCallAtTheRelayToo() {
        try (TestDevice bob = TestDevice.enrol(relay, "bob", 8)) {
            Received<DownloadRequest, DownloadReply> pages = Received.reading();
            SyncGrpc.newStub(bob.channel())
                    .withDeadlineAfter(500, TimeUnit.MILLISECONDS)
                    .download(pages)
                    .onNext(downloadHello(true));
            assertThat(pages.end().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
            awaitNobodyConnected();
            Received<DownloadRequest, DownloadReply> more = Received.reading();
            StreamObserver<DownloadRequest> down =
                    SyncGrpc.newStub(bob.channel()).download(more);
            down.onNext(downloadHello(true));
            assertThat(more.next().hasWelcome()).isTrue();
            assertThat(relay.connectedDevices()).isEqualTo(1);
            down.onError(Status.CANCELLED.asRuntimeException());
            awaitNobodyConnected();
        }
    }

    @Test
    void aDeviceThatVanishesIsNoticed() {
        TestDevice bob = TestDevice.enrol(relay, "bob", 8);
        Received<DownloadRequest, DownloadReply> pages = Received.reading();
        SyncGrpc.newStub(bob.channel()).download(pages).onNext(downloadHello(true));
        assertThat(pages.next().hasWelcome()).isTrue();
        assertThat(relay.connectedDevices()).isEqualTo(1);
        bob.close();
        awaitNobodyConnected();
    }

    private void awaitNobodyConnected() {
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> relay.connectedDevices() == 0);
    }

    @Test
    void aStoppingRelaySaysSoAndWhatItAcceptedIsThereAgain() {
        long before;
        try (TestDevice ann = TestDevice.enrol(relay, "ann", 7)) {
            before = relay.store().head().sequence();
            Received<UploadRequest, UploadReply> verdicts = Received.reading();
            StreamObserver<UploadRequest> up = SyncGrpc.newStub(ann.channel()).upload(verdicts);
            up.onNext(uploadHello());
            up.onNext(batch(ann.create("account", 3, "kept")));
            assertThat(verdicts.next().hasWelcome()).isTrue();
            assertThat(verdicts.next().hasVerdicts()).isTrue();
            relay.close();
            assertThat(verdicts.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        }
        assertThat(new RelayDirectory(directory).running()).isEmpty();
        relay = RelayServer.start(RelayServerOptions.in(directory));
        assertThat(relay.store().head().sequence()).isEqualTo(before + 3);
        assertThat(relay.administration().listDevices())
                .singleElement()
                .satisfies(device -> assertThat(device.getLastSyncMillis()).isPositive());
    }
}
