package io.anabranch.relay.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.anabranch.proto.AttachmentChunk;
import io.anabranch.proto.AttachmentChunks;
import io.anabranch.proto.AttachmentOffer;
import io.anabranch.proto.AttachmentsGrpc;
import io.anabranch.proto.GetAttachment;
import io.anabranch.proto.PutAttachment;
import io.anabranch.proto.PutAttachmentReply;
import io.anabranch.relay.attachment.AttachmentLimits;
import io.anabranch.replica.Replica;
import io.anabranch.replica.SyncWay;
import io.anabranch.replica.attachment.ChunkList;
import io.anabranch.replica.attachment.ContentStore;
import io.anabranch.replica.content.AttachmentRef;
import io.anabranch.replica.grpc.RelayAddress;
import io.anabranch.replica.identity.EnrolmentCode;
import io.anabranch.replica.identity.TlsIdentity;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the relay says to devices that lie about content, and to browsers that want a part of it. */
class AttachmentTrafficIT {

    private static final int SIZE = 2 * ChunkList.CHUNK_SIZE + 11;

    @TempDir
    private Path directory;

    private RelayServer relay;
    private ContentStore local;
    private byte[] content;
    private ChunkList list;

    @BeforeEach
    void start() throws Exception {
        AttachmentLimits limits = new AttachmentLimits(new ContentStore.Limits(4L << 20, 0), 0);
        relay = RelayServer.start(RelayServerOptions.in(directory.resolve("relay"))
                .withLimits(RelayServerOptions.Limits.DEFAULT.withAttachments(limits)));
        content = new byte[SIZE];
        new Random(4).nextBytes(content);
        local = ContentStore.open(directory.resolve("local"), new ContentStore.Limits(64L << 20, 0));
        list = local.add(new ByteArrayInputStream(content));
    }

    @AfterEach
    void stop() {
        relay.close();
    }

    private AttachmentRef ref(ChunkList of, String mediaType) {
        return new AttachmentRef(of.hash(), of.size(), mediaType, "dôor 1.png");
    }

    /** Has a record refer to content, and sends no content. */
    private void refer(AttachmentRef ref) {
        String code = relay.administration().createEnrolmentCode("ann").getCode();
        try (Replica ann = Replica.open(directory.resolve("ann-" + ref.size()))) {
            ann.enrol(new RelayAddress("127.0.0.1", relay.port()), EnrolmentCode.parse(code), "tablet");
            ann.commit(tx -> tx.record("visit", "v" + ref.size()).set("photo", ref.value()));
            ann.sync(SyncWay.INCREMENTAL);
        }
    }

    private PutAttachment offer(ChunkList of) {
        return PutAttachment.newBuilder()
                .setOffer(AttachmentOffer.newBuilder()
                        .setHash(ByteString.copyFrom(of.hash().bytes()))
                        .setSize(of.size()))
                .build();
    }

    private static PutAttachment chunks(byte[] hashes) {
        return PutAttachment.newBuilder()
                .setChunks(AttachmentChunks.newBuilder().setHashes(ByteString.copyFrom(hashes)))
                .build();
    }

    private PutAttachment chunk(int index, byte[] bytes) {
        return PutAttachment.newBuilder()
                .setChunk(AttachmentChunk.newBuilder().setIndex(index).setContent(ByteString.copyFrom(bytes)))
                .build();
    }

    private byte[] part(int index) {
        int from = index * ChunkList.CHUNK_SIZE;
        return Arrays.copyOfRange(content, from, Math.min(SIZE, from + ChunkList.CHUNK_SIZE));
    }

    /** How a put of these messages ends. */
    private static Status put(io.grpc.ManagedChannel channel, List<PutAttachment> messages) throws Exception {
        CompletableFuture<Status> end = new CompletableFuture<>();
        StreamObserver<PutAttachment> up = AttachmentsGrpc.newStub(channel).put(new StreamObserver<>() {
            @Override
            public void onNext(PutAttachmentReply reply) {
                assertThat(reply).isNotNull();
            }

            @Override
            public void onError(Throwable failure) {
                end.complete(Status.fromThrowable(failure));
            }

            @Override
            public void onCompleted() {
                end.complete(Status.OK);
            }
        });
        messages.forEach(up::onNext);
        up.onCompleted();
        return end.get(20, TimeUnit.SECONDS);
    }

    @Test
    void aDeviceThatLiesAboutContentIsRefusedAndAnHonestOneGoesOn() throws Exception {
        refer(ref(list, "image/png"));
        byte[] hashes = list.hashes();
        byte[] wrong = hashes.clone();
        wrong[5] ^= 1;
        try (TestDevice eve = TestDevice.enrol(relay, "eve", 66)) {
            List<List<PutAttachment>> lies = List.of(
                    List.of(),
                    List.of(PutAttachment.getDefaultInstance()),
                    List.of(chunk(0, part(0))),
                    List.of(chunks(hashes)),
                    List.of(offer(list), chunk(0, part(0))),
                    List.of(offer(list), chunks(wrong)),
                    List.of(offer(list), chunks(new byte[7])),
                    List.of(offer(list), offer(list)),
                    List.of(offer(list), chunks(hashes), chunk(0, part(1))),
                    List.of(offer(list), chunk(0, part(0)), chunk(2, part(2))),
                    List.of(offer(list), chunk(0, new byte[300_000])),
                    List.of(offer(list), chunk(0, part(0))));
            for (List<PutAttachment> lie : lies) {
                assertThat(put(eve.channel(), lie).getCode())
                        .as(() -> "%d messages".formatted(lie.size()))
                        .isEqualTo(Status.Code.INVALID_ARGUMENT);
            }
            assertThat(relay.attachmentContent().store().isHere(list.hash())).isFalse();
            assertThat(put(eve.channel(), List.of(offer(list), chunk(1, part(1)), chunk(2, part(2))))
                            .getCode())
                    .isEqualTo(Status.Code.OK);
            assertThat(relay.attachmentContent().store().isHere(list.hash())).isTrue();
        }
    }

    @Test
    void whatIsTooLargeOrUnknownOrAskedByAStrangerIsRefused() throws Exception {
        ChunkList large = local.add(new ByteArrayInputStream(new byte[5 << 20]));
        refer(ref(large, "image/png"));
        io.grpc.ManagedChannel stranger = Channels.withoutCertificate(relay);
        try (TestDevice eve = TestDevice.enrol(relay, "eve", 66)) {
            assertThat(put(eve.channel(), List.of(offer(large), chunks(large.hashes())))
                            .getCode())
                    .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(put(eve.channel(), List.of(offer(list))).getCode()).isEqualTo(Status.Code.OK);
            assertThat(relay.attachmentContent().store().begun()).isEmpty();
            assertThat(put(stranger, List.of(offer(list))).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
            for (byte[] hash : List.of(list.hash().bytes(), large.hash().bytes())) {
                assertThat(get(eve, hash)).isEqualTo(Status.Code.NOT_FOUND);
            }
            assertThat(get(eve, new byte[3])).isEqualTo(Status.Code.INVALID_ARGUMENT);
        } finally {
            stranger.shutdownNow();
        }
    }

    private static Status.Code get(TestDevice device, byte[] hash) {
        return catchThrowableOfType(
                        StatusRuntimeException.class,
                        () -> AttachmentsGrpc.newBlockingStub(device.channel())
                                .withDeadlineAfter(20, TimeUnit.SECONDS)
                                .get(GetAttachment.newBuilder()
                                        .setHash(ByteString.copyFrom(hash))
                                        .build())
                                .hasNext())
                .getStatus()
                .getCode();
    }

    private HttpResponse<byte[]> http(String method, String path, String... headers) throws Exception {
        TlsIdentity any = relay.authority().issueAdministrator("not shown");
        SSLContext tls = SSLContext.getInstance("TLSv1.3");
        tls.init(null, new TrustManager[] {any.trustManager()}, new SecureRandom());
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("https://127.0.0.1:" + relay.port() + "/attachments/" + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HttpClient.newBuilder()
                .sslContext(tls)
                .build()
                .send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    @Test
    void theOfficeReadsContentWholeAndInParts() throws Exception {
        refer(ref(list, "image/png"));
        String path = list.hash().hex();
        assertThat(http("GET", path).statusCode()).isEqualTo(404);
        relay.attachmentContent().store().add(new ByteArrayInputStream(content));
        HttpResponse<byte[]> whole = http("GET", path);
        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(whole.body()).isEqualTo(content);
        assertThat(header(whole, "content-type")).isEqualTo("image/png");
        assertThat(header(whole, "content-disposition")).isEqualTo("inline; filename*=UTF-8''d%C3%B4or%201.png");
        assertThat(header(whole, "accept-ranges")).isEqualTo("bytes");
        assertThat(header(whole, "x-content-type-options")).isEqualTo("nosniff");
        assertThat(header(whole, "content-security-policy")).contains("sandbox");
        String tag = header(whole, "etag");
        int from = ChunkList.CHUNK_SIZE - 3;
        HttpResponse<byte[]> part = http("GET", path, "range", "bytes=" + from + "-" + (from + 9), "if-range", tag);
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(content, from, from + 10));
        assertThat(header(part, "content-range")).isEqualTo("bytes " + from + "-" + (from + 9) + "/" + SIZE);
        assertThat(http("GET", path, "range", "bytes=-11").body())
                .isEqualTo(Arrays.copyOfRange(content, SIZE - 11, SIZE));
        assertThat(http("GET", path, "range", "bytes=" + SIZE + "-").statusCode())
                .isEqualTo(416);
        assertThat(http("GET", path, "range", "bytes=0-4", "if-range", "\"other\"")
                        .body())
                .hasSize(SIZE);
        assertThat(http("GET", path, "if-none-match", tag).statusCode()).isEqualTo(304);
        HttpResponse<byte[]> head = http("HEAD", path);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(header(head, "content-length")).isEqualTo(Integer.toString(SIZE));
        assertThat(http("GET", "0".repeat(64)).statusCode()).isEqualTo(404);
        assertThat(http("GET", "..%2f..%2fstore").statusCode()).isEqualTo(404);
    }

    @Test
    void whatCouldRunInABrowserIsNotShownThere() throws Exception {
        refer(ref(list, "text/html"));
        relay.attachmentContent().store().add(new ByteArrayInputStream(content));
        HttpResponse<byte[]> page = http("GET", list.hash().hex());
        assertThat(header(page, "content-disposition")).startsWith("attachment;");
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
