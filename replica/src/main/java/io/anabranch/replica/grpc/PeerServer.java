package io.anabranch.replica.grpc;

import io.anabranch.proto.PeerGrpc;
import io.anabranch.proto.PeerMessage;
import io.anabranch.replica.identity.PeerCertificate;
import io.anabranch.replica.peer.PeerReport;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Takes exchanges that other devices begin, over TLS 1.3 with certificates on both sides. Thread-safe. */
public final class PeerServer implements AutoCloseable {

    private static final int MESSAGE_SIZE_MAX = 20 << 20;
    private static final int CALLS_PER_CONNECTION_MAX = 1;
    private static final long CONNECTION_MINUTES_MAX = 10;
    private static final long HANDSHAKE_SECONDS_MAX = 10;
    private static final Context.Key<PeerCertificate> PEER = Context.key("peer");

    private final Server server;

    /**
     * Starts to listen.
     *
     * @param port 0 for any that is free
     * @param onEnd told of each exchange that has come to its end
     * @throws SyncException if the port cannot be had
     */
    public PeerServer(int port, PeerLink link, Consumer<PeerReport> onEnd) {
        try {
            this.server = NettyServerBuilder.forPort(port)
                    .sslContext(sslContext(link))
                    .directExecutor()
                    .maxInboundMessageSize(MESSAGE_SIZE_MAX)
                    .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION_MAX)
                    .maxConnectionAge(CONNECTION_MINUTES_MAX, TimeUnit.MINUTES)
                    .maxConnectionAgeGrace(1, TimeUnit.MINUTES)
                    .handshakeTimeout(HANDSHAKE_SECONDS_MAX, TimeUnit.SECONDS)
                    .intercept(new Recognition())
                    .addService(new Service(link, onEnd))
                    .build()
                    .start();
        } catch (IOException e) {
            throw new SyncException(
                    SyncException.Code.FAILED, "port " + port + " cannot be had; choose another with --port", e);
        }
    }

    /** The port it listens on. */
    public int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    private static SslContext sslContext(PeerLink link) {
        try {
            return GrpcSslContexts.configure(SslContextBuilder.forServer(link.keys()))
                    .trustManager(link.trust())
                    .clientAuth(ClientAuth.REQUIRE)
                    .protocols("TLSv1.3")
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("the platform lacks TLS 1.3", e);
        }
    }

    /** What a verified connection's certificate says. */
    static PeerCertificate certificate(SSLSession session) {
        try {
            return PeerCertificate.parse((X509Certificate) session.getPeerCertificates()[0]);
        } catch (SSLPeerUnverifiedException e) {
            throw Status.UNAUTHENTICATED
                    .withDescription("a device shows its certificate")
                    .withCause(e)
                    .asRuntimeException();
        }
    }

    /** Puts what the caller's certificate says into the call's context. */
    private static final class Recognition implements ServerInterceptor {

        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
            if (session == null) {
                throw Status.UNAUTHENTICATED.asRuntimeException();
            }
            Context context = Context.current().withValue(PEER, certificate(session));
            return Contexts.interceptCall(context, call, headers, next);
        }
    }

    private static final class Service extends PeerGrpc.PeerImplBase {

        private final PeerLink link;
        private final Consumer<PeerReport> onEnd;

        Service(PeerLink link, Consumer<PeerReport> onEnd) {
            this.link = link;
            this.onEnd = onEnd;
        }

        @Override
        public StreamObserver<PeerMessage> exchange(StreamObserver<PeerMessage> replies) {
            ServerCallStreamObserver<PeerMessage> out = (ServerCallStreamObserver<PeerMessage>) replies;
            PeerCertificate peer = PEER.get();
            PeerCall call = new PeerCall(link, () -> link.sessions().apply(peer), out, false);
            var unused = call.result().thenAccept(onEnd);
            out.disableAutoRequest();
            out.setOnReadyHandler(call::ready);
            out.setOnCancelHandler(() -> call.onError(Status.CANCELLED.asRuntimeException()));
            call.begin();
            return call;
        }
    }
}
