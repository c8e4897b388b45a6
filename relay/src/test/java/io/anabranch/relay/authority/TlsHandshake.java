package io.anabranch.relay.authority;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** A TLS 1.3 handshake of two JDK engines in memory, with client certificates demanded. */
final class TlsHandshake {

    private static final int ROUNDS_MAX = 100;

    private final SSLEngine client;
    private final SSLEngine server;
    private final ByteBuffer toServer = ByteBuffer.allocate(1 << 17);
    private final ByteBuffer toClient = ByteBuffer.allocate(1 << 17);

    record Side(@Nullable X509ExtendedKeyManager keys, X509ExtendedTrustManager trust) {

        SSLEngine engine(boolean isClient) throws GeneralSecurityException {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            KeyManager[] keyManagers = keys == null ? new KeyManager[0] : new KeyManager[] {keys};
            context.init(keyManagers, new TrustManager[] {trust}, new SecureRandom());
            // The address is one that no certificate names.
            SSLEngine engine = context.createSSLEngine("relay.somewhere.example", 8443);
            engine.setUseClientMode(isClient);
            engine.setEnabledProtocols(new String[] {"TLSv1.3"});
            var parameters = engine.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm(isClient ? "HTTPS" : null);
            engine.setSSLParameters(parameters);
            return engine;
        }
    }

    private TlsHandshake(SSLEngine client, SSLEngine server) {
        this.client = client;
        this.server = server;
    }

    /** The server's session after a handshake, or the exception of the side that refused. */
    static SSLSession between(Side client, Side server) throws SSLException, GeneralSecurityException {
        SSLEngine serverEngine = server.engine(false);
        serverEngine.setNeedClientAuth(server.keys() != null);
        return new TlsHandshake(client.engine(true), serverEngine).run();
    }

    /** As {@link #between}, with a client that may have no certificate. */
    static SSLSession anonymous(Side client, Side server) throws SSLException, GeneralSecurityException {
        return new TlsHandshake(client.engine(true), server.engine(false)).run();
    }

    private SSLSession run() throws SSLException {
        for (int round = 0; round < ROUNDS_MAX; round++) {
            step(client, toServer, toClient);
            step(server, toClient, toServer);
            if (client.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING
                    && server.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING
                    && toServer.position() == 0) {
                return server.getSession();
            }
        }
        throw new SSLException("the handshake does not end");
    }

    private static void step(SSLEngine engine, ByteBuffer out, ByteBuffer in) throws SSLException {
        HandshakeStatus status = engine.getHandshakeStatus();
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
        if (status == HandshakeStatus.NEED_UNWRAP || (status == HandshakeStatus.NOT_HANDSHAKING && in.position() > 0)) {
            in.flip();
            engine.unwrap(in, ByteBuffer.allocate(1 << 17));
            in.compact();
        } else if (status != HandshakeStatus.NEED_TASK) {
            engine.wrap(ByteBuffer.allocate(0), out);
        }
    }
}
