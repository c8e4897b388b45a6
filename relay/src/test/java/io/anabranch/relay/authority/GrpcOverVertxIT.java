package io.anabranch.relay.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.anabranch.proto.EnrolRequest;
import io.anabranch.proto.EnrolmentGrpc;
import io.anabranch.replica.identity.Identity;
import io.anabranch.replica.identity.PeerCertificate;
import io.anabranch.replica.identity.TlsIdentity;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The identities in the TLS stacks that carry them: grpc-netty on a device, Vert.x on the relay. */
class GrpcOverVertxIT {

    private final Vertx vertx = Vertx.vertx();
    private final CompletableFuture<PeerCertificate> seen = new CompletableFuture<>();

    @TempDir
    private Path directory;

    private CertificateAuthority authority;
    private int port;

    @BeforeEach
    void serve() throws Exception {
        authority = authority("ours");
        TlsIdentity relay = authority.issueServer(List.of());
        HttpServerOptions options = new HttpServerOptions()
                .setSsl(true)
                .setUseAlpn(true)
                .setClientAuth(ClientAuth.REQUIRED)
                .setKeyCertOptions(KeyCertOptions.wrap(relay.keyManager()))
                .setTrustOptions(TrustOptions.wrap(relay.trustManager()))
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"));
        HttpServer server = vertx.createHttpServer(options).requestHandler(this::answer);
        port = server.listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS)
                .actualPort();
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private CertificateAuthority authority(String name) {
        return CertificateAuthority.open(directory.resolve(name), InstantSource.system(), new SecureRandom());
    }

    private void answer(HttpServerRequest request) {
        try {
            var certificates = request.connection().sslSession().getPeerCertificates();
            seen.complete(PeerCertificate.parse((X509Certificate) certificates[0]));
        } catch (SSLPeerUnverifiedException e) {
            seen.completeExceptionally(e);
        }
        request.response().setStatusCode(404).end();
    }

    private Status.Code call(Identity device) throws SSLException {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", port)
                .sslContext(GrpcSslContexts.forClient()
                        .keyManager(device.keyManager())
                        .trustManager(device.trustManager())
                        .protocols("TLSv1.3")
                        .build())
                .overrideAuthority("address.no.certificate.names")
                .build();
        try {
            var stub = EnrolmentGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
            return catchThrowableOfType(
                            StatusRuntimeException.class, () -> stub.enrol(EnrolRequest.getDefaultInstance()))
                    .getStatus()
                    .getCode();
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void theRelaySeesWhichDeviceCalls() throws Exception {
        Identity device = Enrolled.device(authority, "ann", 42);
        assertThat(call(device)).isEqualTo(Status.Code.UNIMPLEMENTED);
        assertThat(seen.get(20, TimeUnit.SECONDS))
                .isEqualTo(PeerCertificate.device(
                        "ann", "tablet", 42, device.keys().commitKey().publicKey()));
    }

    @Test
    void aDeviceOfAnotherOrganisationReachesNothing() throws Exception {
        assertThat(call(Enrolled.device(authority("theirs"), "ann", 42))).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(seen).isNotDone();
    }
}
