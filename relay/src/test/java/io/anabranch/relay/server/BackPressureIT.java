package io.anabranch.relay.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.proto.DownloadHello;
import io.anabranch.proto.DownloadReply;
import io.anabranch.proto.DownloadRequest;
import io.anabranch.proto.SyncGrpc;
import io.anabranch.proto.UploadHello;
import io.anabranch.proto.UploadReply;
import io.anabranch.proto.UploadRequest;
import io.anabranch.relay.admission.AdmissionLimits;
import io.anabranch.relay.server.RelayServerOptions.Limits;
import io.anabranch.relay.server.sequencer.SequencerLimits;
import io.anabranch.replica.storage.RocksDbOptions;
import io.anabranch.replica.wire.WireLimits;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices that do not read, and a relay that is asked for more than it can do at once. */
class BackPressureIT {

    private static final int COMMITS = 600;
    // Each is a commit of the relay's own.
    private static final int USERS = 2;

    @TempDir
    private Path directory;

    private RelayServer start(SequencerLimits sequencer, long sweepMillis) {
        return RelayServer.start(RelayServerOptions.in(directory)
                .withLimits(new Limits(RocksDbOptions.defaults(), AdmissionLimits.DEFAULT, sequencer, sweepMillis)));
    }

    /** Seven megabytes, of which a quarter is spared by compression. */
    private static void fill(TestDevice device) {
        Received<UploadRequest, UploadReply> verdicts = Received.reading();
        StreamObserver<UploadRequest> up = SyncGrpc.newStub(device.channel()).upload(verdicts);
        up.onNext(UploadRequest.newBuilder()
                .setHello(UploadHello.newBuilder()
                        .setProtocol(WireLimits.PROTOCOL)
                        .setFirstUnjudgedSeq(1))
                .build());
        byte[] noise = new byte[9_000];
        for (int i = 0; i < COMMITS; i++) {
            new SecureRandom().nextBytes(noise);
            String text = Base64.getEncoder().encodeToString(noise);
            up.onNext(UploadRequest.newBuilder()
                    .setBatch(device.create("note", 1, text).toMessage())
                    .build());
        }
        up.onCompleted();
        assertThat(verdicts.end()).isEqualTo(Status.OK);
    }

    private static StreamObserver<DownloadRequest> download(
            TestDevice device, Received<DownloadRequest, DownloadReply> pages) {
        StreamObserver<DownloadRequest> down =
                SyncGrpc.newStub(device.channel()).download(pages);
        down.onNext(DownloadRequest.newBuilder()
                .setHello(DownloadHello.newBuilder()
                        .setProtocol(WireLimits.PROTOCOL)
                        .setLive(true))
                .build());
        return down;
    }

    @Test
    void aDeviceThatDoesNotReadHoldsAFewPages() {
        try (RelayServer relay = start(SequencerLimits.DEFAULT, 30_000);
                TestDevice device = TestDevice.enrol(relay, "ann", 7)) {
            fill(device);
            Received<DownloadRequest, DownloadReply> pages = Received.notReading();
            download(device, pages);
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> relay.pagesMade() > 0);
            Awaitility.await()
                    .during(Duration.ofSeconds(1))
                    .atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(relay.pagesMade()).isLessThan(5));
            assertThat(pages.waiting()).isZero();
            pages.request(1_000);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(relay.pagesMade()).isGreaterThan(20));
        }
    }

    @Test
    void aDeviceThatNeverReadsIsCutOff() {
        try (RelayServer relay = start(SequencerLimits.DEFAULT, 2_000);
                TestDevice device = TestDevice.enrol(relay, "ann", 7)) {
            fill(device);
            Received<DownloadRequest, DownloadReply> pages = Received.notReading();
            download(device, pages);
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> relay.pagesMade() > 0);
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> relay.connectedDevices() == 0);
        }
    }

    @Test
    void aDeviceThatIsIdleIsNotCutOff() {
        try (RelayServer relay = start(SequencerLimits.DEFAULT, 300);
                TestDevice device = TestDevice.enrol(relay, "ann", 7)) {
            Received<DownloadRequest, DownloadReply> pages = Received.reading();
            StreamObserver<DownloadRequest> down = download(device, pages);
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> relay.connectedDevices() == 1);
            Awaitility.await()
                    .during(Duration.ofSeconds(3))
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> relay.connectedDevices() == 1);
            down.onCompleted();
        }
    }

    @Test
    void aFullSequencerSlowsUploadsDownAndLosesNothing() {
        try (RelayServer relay = start(new SequencerLimits(1, 1, 1, 1), 30_000);
                TestDevice ann = TestDevice.enrol(relay, "ann", 7);
                TestDevice bob = TestDevice.enrol(relay, "bob", 8)) {
            Thread other = new Thread(() -> fill(bob));
            other.start();
            fill(ann);
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !other.isAlive());
            assertThat(relay.store().head().sequence()).isEqualTo(2L * COMMITS + USERS);
        }
    }
}
