package io.anabranch.relay.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.replica.identity.TlsIdentity;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.TrustOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
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

/** What strangers, and broken software, throw at the port; afterwards the relay is well and serves a device. */
class HostileTrafficIT {

    private static final String ENROL = "/anabranch.v1.Enrolment/Enrol";
    private static final String UPLOAD = "/anabranch.v1.Sync/Upload";
    private static final String GRPC = "application/grpc";

    private final Vertx vertx = Vertx.vertx();
    private final List<HttpClient> clients = new ArrayList<>();

    @TempDir
    private Path directory;

    private RelayServer relay;

    @BeforeEach
    void start() {
        relay = RelayServer.start(RelayServerOptions.in(directory));
    }

    @AfterEach
    void isWellAndStops() throws Exception {
        assertThat(await(http(HttpVersion.HTTP_1_1)
                                .request(HttpMethod.GET, "/health")
                                .compose(request -> request.send()))
                        .statusCode())
                .isEqualTo(200);
        TestDevice.enrol(relay, "ann", 99).close();
        relay.close();
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private HttpClient http(HttpVersion version) {
        TlsIdentity any = relay.authority().issueAdministrator("not shown");
        HttpClient client = vertx.createHttpClient(new HttpClientOptions()
                .setSsl(true)
                .setUseAlpn(true)
                .setVerifyHost(false)
                .setProtocolVersion(version)
                .setTrustOptions(TrustOptions.wrap(any.trustManager()))
                .setDefaultHost("127.0.0.1")
                .setDefaultPort(relay.port()));
        // A client that nobody holds is closed when the garbage is collected.
        clients.add(client);
        return client;
    }

    /** The gRPC status of a POST, or -1 if there is none. */
    private int grpcStatus(String path, Buffer body) throws Exception {
        HttpClientResponse response = await(http(HttpVersion.HTTP_2)
                .request(new RequestOptions()
                        .setMethod(HttpMethod.POST)
                        .setURI(path)
                        .putHeader("content-type", GRPC))
                .compose(request -> request.send(body)));
        await(response.end());
        String status = response.getHeader("grpc-status") == null
                ? response.getTrailer("grpc-status")
                : response.getHeader("grpc-status");
        return status == null ? -1 : Integer.parseInt(status);
    }

    private static Buffer frame(int flag, long length, byte[] bytes) {
        return Buffer.buffer().appendByte((byte) flag).appendUnsignedInt(length).appendBytes(bytes);
    }

    @Test
    void randomBytesOnThePort() throws Exception {
        Random random = new Random(1);
        for (int i = 0; i < 20; i++) {
            byte[] bytes = new byte[1 + random.nextInt(20_000)];
            random.nextBytes(bytes);
            throwAt(new Socket(InetAddress.getLoopbackAddress(), relay.port()), bytes);
        }
    }

    @Test
    void randomBytesInsideTls() throws Exception {
        TlsIdentity any = relay.authority().issueAdministrator("not shown");
        SSLContext tls = SSLContext.getInstance("TLSv1.3");
        tls.init(null, new TrustManager[] {any.trustManager()}, new SecureRandom());
        List<String> beginnings = List.of(
                "",
                "GET / HTTP/1.1\r\nhost: x\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "POST /x HTTP/1.1\r\ncontent-length: 99999999999\r\n\r\n",
                "GET /" + "x".repeat(100_000),
                "GET / HTTP/1.1\r\nx: " + "y".repeat(100_000));
        Random random = new Random(2);
        for (String beginning : beginnings) {
            byte[] noise = new byte[5_000];
            random.nextBytes(noise);
            Socket socket = tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), relay.port());
            throwAt(socket, Buffer.buffer(beginning).appendBytes(noise).getBytes());
        }
    }

    private static void throwAt(Socket socket, byte[] bytes) throws IOException {
        try (socket) {
            socket.setSoTimeout(300);
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
            out.flush();
            InputStream in = socket.getInputStream();
            in.readNBytes(100);
        } catch (SocketException | java.net.SocketTimeoutException | javax.net.ssl.SSLException e) {
            assertThat(e).isNotNull();
        }
    }

    @Test
    void aMessageThatIsNotOfItsType() throws Exception {
        assertThat(grpcStatus(ENROL, frame(0, 5, "\377\377\377\377\377".getBytes(StandardCharsets.ISO_8859_1))))
                .isEqualTo(Status.Code.INVALID_ARGUMENT.value());
    }

    @Test
    void aMessageThatIsCutShort() throws Exception {
        assertThat(grpcStatus(ENROL, frame(0, 100, new byte[7]))).isEqualTo(Status.Code.INVALID_ARGUMENT.value());
        assertThat(grpcStatus(ENROL, Buffer.buffer(new byte[3]))).isEqualTo(Status.Code.INVALID_ARGUMENT.value());
        assertThat(grpcStatus(ENROL, Buffer.buffer())).isEqualTo(Status.Code.INVALID_ARGUMENT.value());
    }

    @Test
    void aMessageThatClaimsToBeHuge() throws Exception {
        assertThat(grpcStatus(ENROL, frame(0, 0xffff_ffffL, new byte[7])))
                .isEqualTo(Status.Code.RESOURCE_EXHAUSTED.value());
        assertThat(grpcStatus(ENROL, frame(0, 100_000, new byte[100_000])))
                .isEqualTo(Status.Code.RESOURCE_EXHAUSTED.value());
    }

    @Test
    void aCompressedMessage() throws Exception {
        assertThat(grpcStatus(ENROL, frame(1, 7, new byte[7]))).isEqualTo(Status.Code.UNIMPLEMENTED.value());
    }

    @Test
    void anUnknownMethodAndAWrongContentType() throws Exception {
        assertThat(grpcStatus("/anabranch.v1.Sync/Drop", frame(0, 0, new byte[0])))
                .isEqualTo(Status.Code.UNIMPLEMENTED.value());
        assertThat(grpcStatus(UPLOAD, frame(0, 0, new byte[0]))).isEqualTo(Status.Code.UNAUTHENTICATED.value());
        for (String type : List.of("application/grpc-web", "application/grpc+json", "application/grpcx")) {
            assertThat(post(HttpVersion.HTTP_2, ENROL, type).statusCode()).isEqualTo(415);
        }
        assertThat(post(HttpVersion.HTTP_1_1, ENROL, GRPC).statusCode()).isEqualTo(415);
        assertThat(post(HttpVersion.HTTP_2, ENROL, "text/plain").statusCode()).isEqualTo(405);
    }

    private HttpClientResponse post(HttpVersion version, String path, String type) throws Exception {
        return await(http(version)
                .request(new RequestOptions()
                        .setMethod(HttpMethod.POST)
                        .setURI(path)
                        .putHeader("content-type", type))
                .compose(request -> request.send(Buffer.buffer(new byte[10]))));
    }

    @Test
    void aDeviceWhoseMessageIsTooLarge() throws Exception {
        try (TestDevice device = TestDevice.enrol(relay, "bob", 5)) {
            assertThat(send(device.channel(), UPLOAD, new byte[17 << 20]).getCode())
                    .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(send(device.channel(), "/anabranch.v1.Sync/Download", new byte[1 << 20])
                            .getCode())
                    .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        }
    }

    /** Sends bytes as the one message of a call, with the client's own checks out of the way. */
    private static Status send(ManagedChannel channel, String path, byte[] message) throws Exception {
        MethodDescriptor<byte[], byte[]> method = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                .setFullMethodName(path.substring(1))
                .setRequestMarshaller(new Bytes())
                .setResponseMarshaller(new Bytes())
                .build();
        CompletableFuture<Status> end = new CompletableFuture<>();
        ClientCall<byte[], byte[]> call = channel.newCall(method, CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        end.complete(status);
                    }
                },
                new Metadata());
        call.request(1);
        call.sendMessage(message);
        return end.get(20, TimeUnit.SECONDS);
    }

    private static final class Bytes implements Marshaller<byte[]> {

        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
