package io.anabranch.relay.server.grpc;

import io.anabranch.replica.identity.IdentityException;
import io.anabranch.replica.identity.PeerCertificate;
import io.grpc.Status;
import io.vertx.core.http.HttpConnection;
import java.security.cert.X509Certificate;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Who is at the other end of a call.
 *
 * @param certificate what the client's certificate says, if it has shown one of ours
 * @param address the client's network address
 */
record Caller(Optional<PeerCertificate> certificate, String address) {

    static Caller of(HttpConnection connection) {
        return new Caller(
                certificate(connection),
                String.valueOf(
                        Objects.requireNonNull(connection.remoteAddress()).hostAddress()));
    }

    private static Optional<PeerCertificate> certificate(HttpConnection connection) {
        try {
            X509Certificate shown = (X509Certificate) connection.sslSession().getPeerCertificates()[0];
            return Optional.of(PeerCertificate.parse(shown));
        } catch (SSLPeerUnverifiedException | IdentityException e) {
            // The handshake has refused strangers' certificates; none at all is for each service to judge.
            return Optional.empty();
        }
    }

    /** The certificate of a device; ends the call if there is none. */
    PeerCertificate device() {
        PeerCertificate shown = certificate.orElseThrow(() -> Status.UNAUTHENTICATED
                .withDescription("enrol this device first: anabranch device enrol --relay HOST:PORT --code CODE")
                .asRuntimeException());
        if (shown.administrator()) {
            throw Status.PERMISSION_DENIED
                    .withDescription("an administrator's certificate does not sync; use a device's")
                    .asRuntimeException();
        }
        return shown;
    }

    /** Ends the call unless the caller is an administrator. */
    void requireAdministrator() {
        PeerCertificate shown = certificate.orElseThrow(() -> Status.UNAUTHENTICATED
                .withDescription("show an administrator's certificate: --administrator FILE.pem")
                .asRuntimeException());
        if (!shown.administrator()) {
            throw Status.PERMISSION_DENIED
                    .withDescription("only an administrator may do this")
                    .asRuntimeException();
        }
    }
}
