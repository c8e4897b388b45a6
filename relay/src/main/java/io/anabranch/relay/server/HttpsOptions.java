package io.anabranch.relay.server;

import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;

/**
 * The settings of the port. Client certificates are asked for and checked but not required, since browsers and devices that
 * are about to enrol have none.
 */
final class HttpsOptions {

    private static final int STREAM_WINDOW_SIZE = 256 << 10;
    /** More than one stream's: an upload that is not read must not keep a device's other messages out. */
    private static final int CONNECTION_WINDOW_SIZE = 1 << 20;

    private static final int STREAMS_PER_CONNECTION_MAX = 32;
    private static final int HEADERS_SIZE_MAX = 16 << 10;
    /** Sweeps without a word. Each sweep pings, so a peer is silent for so long only if it is gone. */
    private static final int SILENT_SWEEPS_MAX = 4;
    /** Vert.x gives all servers with one negative port the same free one. */
    private static final int ANY_PORT = -1;

    private HttpsOptions() {}

    static HttpServerOptions of(RelayServerOptions options, X509KeyManager keys, X509TrustManager trust) {
        HttpServerOptions server = new HttpServerOptions()
                .setHost(options.host())
                .setPort(options.port() == 0 ? ANY_PORT : options.port())
                .setHttp2ConnectionWindowSize(CONNECTION_WINDOW_SIZE)
                .setMaxHeaderSize(HEADERS_SIZE_MAX)
                .setInitialSettings(new Http2Settings()
                        .setMaxConcurrentStreams(STREAMS_PER_CONNECTION_MAX)
                        .setInitialWindowSize(STREAM_WINDOW_SIZE)
                        .setMaxHeaderListSize(HEADERS_SIZE_MAX));
        secure(server, keys, trust);
        server.setTcpNoDelay(true)
                .setTcpKeepAlive(true)
                .setReadIdleTimeout((int)
                        Math.max(1_000, SILENT_SWEEPS_MAX * options.limits().sweepMillis()))
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
        return server;
    }

    private static void secure(HttpServerOptions server, X509KeyManager keys, X509TrustManager trust) {
        server.setSsl(true)
                .setUseAlpn(true)
                .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
                .setClientAuth(ClientAuth.REQUEST)
                .setKeyCertOptions(KeyCertOptions.wrap(keys))
                .setTrustOptions(TrustOptions.wrap(trust))
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"));
    }
}
