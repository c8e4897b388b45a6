package io.anabranch.relay.server;

import io.anabranch.replica.identity.EnrolmentCode;
import io.anabranch.replica.identity.EnrolmentTrust;
import io.anabranch.replica.identity.TlsIdentity;
import io.anabranch.replica.wire.WireLimits;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** Connections of clients to a relay. */
final class Channels {

    /** Fixed, so that a client that does not read takes no more than this. */
    private static final int FLOW_CONTROL_WINDOW_SIZE = 256 << 10;

    private Channels() {}

    /** Of a client that shows a certificate, or none. */
    static ManagedChannel open(int port, @Nullable X509ExtendedKeyManager keys, TrustManager trust) {
        try {
            return NettyChannelBuilder.forAddress("127.0.0.1", port)
                    .sslContext(GrpcSslContexts.forClient()
                            .keyManager(keys)
                            .trustManager(trust)
                            .protocols("TLSv1.3")
                            .build())
                    .overrideAuthority("relay.example")
                    .flowControlWindow(FLOW_CONTROL_WINDOW_SIZE)
                    .maxInboundMessageSize(WireLimits.MESSAGE_SIZE_MAX)
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    static ManagedChannel withoutCertificate(RelayServer relay) {
        TlsIdentity any = relay.authority().issueAdministrator("not shown");
        return open(relay.port(), null, any.trustManager());
    }

    static ManagedChannel administrator(RelayServer relay) {
        TlsIdentity administrator = relay.authority().issueAdministrator("Ada");
        return open(relay.port(), administrator.keyManager(), administrator.trustManager());
    }

    static ManagedChannel enrolling(RelayServer relay, EnrolmentCode code) {
        return open(relay.port(), null, new EnrolmentTrust(code));
    }
}
