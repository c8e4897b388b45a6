package io.anabranch.bench.sync;

import io.anabranch.relay.authority.CertificateAuthority;
import io.anabranch.replica.grpc.RelayAddress;
import io.anabranch.replica.grpc.RelayChannel;
import io.anabranch.replica.identity.TlsIdentity;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** Bytes over bare gRPC with TLS and client certificates: grpc-netty on both sides, 256 KiB messages, nothing else. */
final class RawStream implements AutoCloseable {

    private static final int MESSAGE_SIZE = 256 << 10;
    private static final MethodDescriptor<byte[], byte[]> METHOD = MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
            .setFullMethodName("raw.Raw/Fetch")
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(new Bytes())
            .build();

    private final Server server;

    private RawStream(Server server) {
        this.server = server;
    }

    static RawStream serve(Path authority) throws IOException {
        CertificateAuthority ca = CertificateAuthority.open(authority, InstantSource.system(), new SecureRandom());
        TlsIdentity identity = ca.issueServer(List.of());
        SslContextBuilder tls = SslContextBuilder.forServer(identity.keyManager())
                .trustManager(identity.trustManager())
                .clientAuth(ClientAuth.REQUIRE)
                .protocols("TLSv1.3");
        Server server = NettyServerBuilder.forPort(0)
                .sslContext(GrpcSslContexts.configure(tls).build())
                .addService(ServerServiceDefinition.builder("raw.Raw")
                        .addMethod(METHOD, ServerCalls.asyncServerStreamingCall(RawStream::send))
                        .build())
                .build()
                .start();
        return new RawStream(server);
    }

    int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    static long fetch(RelayAddress address, Path authority, long bytes) throws InterruptedException {
        CertificateAuthority ca = CertificateAuthority.open(authority, InstantSource.system(), new SecureRandom());
        TlsIdentity identity = ca.issueAdministrator("raw");
        AtomicLong received = new AtomicLong();
        CountDownLatch done = new CountDownLatch(1);
        try (RelayChannel channel = new RelayChannel(address, identity.keyManager(), identity.trustManager())) {
            ClientCall<byte[], byte[]> call = channel.channel().newCall(METHOD, CallOptions.DEFAULT);
            call.start(
                    new ClientCall.Listener<>() {
                        @Override
                        public void onMessage(byte[] message) {
                            received.addAndGet(message.length);
                            call.request(1);
                        }

                        @Override
                        public void onClose(Status status, Metadata trailers) {
                            done.countDown();
                        }
                    },
                    new Metadata());
            call.request(4);
            call.sendMessage(ByteBuffer.allocate(Long.BYTES).putLong(bytes).array());
            call.halfClose();
            done.await();
        }
        if (received.get() < bytes) {
            throw new IllegalStateException("the raw stream broke off after " + received.get() + " bytes");
        }
        return received.get();
    }

    private static void send(byte[] request, StreamObserver<byte[]> observer) {
        ServerCallStreamObserver<byte[]> out = (ServerCallStreamObserver<byte[]>) observer;
        byte[] message = new byte[MESSAGE_SIZE];
        new SecureRandom().nextBytes(message);
        AtomicLong left = new AtomicLong(ByteBuffer.wrap(request).getLong());
        out.setOnReadyHandler(() -> {
            while (out.isReady() && left.get() > 0) {
                out.onNext(message);
                if (left.addAndGet(-message.length) <= 0) {
                    out.onCompleted();
                }
            }
        });
    }

    /** Messages that are just bytes. */
    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {

        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
