package io.anabranch.replica.grpc;

import io.anabranch.replica.wire.WireLimits;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** A connection to a relay over TLS 1.3 that is made when first used. Closing it ends all its calls. */
public final class RelayChannel implements AutoCloseable {

    private static final int FLOW_CONTROL_WINDOW = 1 << 20;
    private static final long KEEP_ALIVE_SECONDS = 30;
    /** The threads of all channels of the process; they hold nothing and end with it. */
    private static final EventLoopGroup EVENT_LOOPS =
            new MultiThreadIoEventLoopGroup(1, daemonThreads(), NioIoHandler.newFactory());

    private final ManagedChannel channel;
    private final WireBytes wireBytes = new WireBytes();

    /**
     * A channel to a relay.
     *
     * @param keys the device's certificate, null before it has one
     * @param trust what decides whether it is the right relay
     */
    public RelayChannel(RelayAddress address, @Nullable KeyManager keys, TrustManager trust) {
        this.channel = NettyChannelBuilder.forAddress(address.host(), address.port())
                .sslContext(sslContext(keys, trust))
                .eventLoopGroup(EVENT_LOOPS)
                .channelFactory(this::countedChannel)
                .directExecutor()
                .intercept(new Refusals())
                .maxInboundMessageSize(WireLimits.MESSAGE_SIZE_MAX)
                .initialFlowControlWindow(FLOW_CONTROL_WINDOW)
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .build();
    }

    /** The gRPC channel. Its callbacks come on a network thread and must not block. */
    public ManagedChannel channel() {
        return channel;
    }

    /** What has crossed the wire. */
    public WireBytes wireBytes() {
        return wireBytes;
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private NioSocketChannel countedChannel() {
        NioSocketChannel socket = new NioSocketChannel();
        socket.pipeline().addFirst(wireBytes.counter());
        return socket;
    }

    private static SslContext sslContext(@Nullable KeyManager keys, TrustManager trust) {
        try {
            SslContextBuilder builder =
                    GrpcSslContexts.forClient().trustManager(trust).protocols("TLSv1.3");
            return (keys == null ? builder : builder.keyManager(keys)).build();
        } catch (SSLException e) {
            throw new IllegalStateException("the platform lacks TLS 1.3", e);
        }
    }

    private static ThreadFactory daemonThreads() {
        return task -> {
            Thread thread = new Thread(task, "anabranch-network");
            thread.setDaemon(true);
            return thread;
        };
    }
}
