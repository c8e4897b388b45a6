package io.anabranch.relay.server.web;

import io.anabranch.replica.identity.IdentityException;
import io.anabranch.replica.identity.PeerCertificate;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Lets browsers on the relay's own machine through, and holders of an administrator's certificate. */
final class OfficeOnly {

    private OfficeOnly() {}

    static void check(RoutingContext context) {
        if (isOffice(context.request().connection())) {
            context.next();
        } else {
            context.response().setStatusCode(403);
            WebConsole.end(
                    context,
                    "text/plain; charset=utf-8",
                    "This page is for administrators. Open it on the relay's machine, or with an administrator's"
                            + " certificate in the browser.\n");
        }
    }

    /** Whether a connection is the office's. */
    static boolean isOffice(HttpConnection connection) {
        return isLoopback(connection.remoteAddress()) || isAdministrator(connection);
    }

    private static boolean isLoopback(SocketAddress address) {
        try {
            // A socket's address is numeric: nothing is resolved.
            return address.hostAddress() != null
                    && InetAddress.getByName(address.hostAddress()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static boolean isAdministrator(HttpConnection connection) {
        return certificate(connection).filter(PeerCertificate::administrator).isPresent();
    }

    /** What the client's certificate says, if it has shown one of ours. */
    static Optional<PeerCertificate> certificate(HttpConnection connection) {
        try {
            X509Certificate shown = (X509Certificate) connection.sslSession().getPeerCertificates()[0];
            return Optional.of(PeerCertificate.parse(shown));
        } catch (SSLPeerUnverifiedException | IdentityException e) {
            return Optional.empty();
        }
    }
}
