package io.anabranch.relay.server;

import io.anabranch.replica.identity.IdentityException;
import io.anabranch.replica.identity.PeerCertificate;
import io.vertx.core.http.HttpConnection;
import java.security.cert.X509Certificate;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongPredicate;
import javax.net.ssl.SSLPeerUnverifiedException;

/** The connections of the port, so that those of a device can be closed. Thread-safe. */
final class OpenConnections {

    private final Set<HttpConnection> open = ConcurrentHashMap.newKeySet();

    /** Knows a connection from now until it is closed. On its event loop. */
    void opened(HttpConnection connection) {
        open.add(connection);
        connection.closeHandler(none -> open.remove(connection));
    }

    /** Closes those of some devices. Looks at all. */
    void close(LongPredicate replicas) {
        open.stream().filter(connection -> isOf(connection, replicas)).forEach(HttpConnection::close);
    }

    private static boolean isOf(HttpConnection connection, LongPredicate replicas) {
        try {
            PeerCertificate shown = PeerCertificate.parse(
                    (X509Certificate) connection.sslSession().getPeerCertificates()[0]);
            return shown.replica().isPresent() && replicas.test(shown.replica().getAsLong());
        } catch (SSLPeerUnverifiedException | IdentityException e) {
            return false;
        }
    }
}
