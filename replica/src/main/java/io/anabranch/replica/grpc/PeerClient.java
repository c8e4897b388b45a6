package io.anabranch.replica.grpc;

import io.anabranch.proto.PeerGrpc;
import io.anabranch.proto.PeerMessage;
import io.anabranch.replica.identity.PeerCertificate;
import io.anabranch.replica.peer.PeerRefusedException;
import io.anabranch.replica.peer.PeerReport;
import io.anabranch.replica.peer.PeerSession;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Begins an exchange with another device. */
public final class PeerClient {

    private static final long MINUTES_MAX = 15;

    private PeerClient() {}

    /**
     * Exchanges; blocks until it is over. Not on the thread that owns the state.
     *
     * @throws SyncException if nobody answers, or one of the two will not go on with the other
     */
    public static PeerReport exchange(RelayAddress address, PeerLink link) {
        AtomicReference<@Nullable X509Certificate> shown = new AtomicReference<>();
        try (RelayChannel channel = new RelayChannel(address, link.keys(), new Witness(link.trust(), shown))) {
            Supplier<PeerSession> sessions = () -> link.sessions().apply(certificate(shown));
            Replies replies = new Replies(link, sessions);
            var unused = PeerGrpc.newStub(channel.channel())
                    .withDeadlineAfter(MINUTES_MAX, TimeUnit.MINUTES)
                    .exchange(replies);
            return replies.call().result().join();
        } catch (CompletionException e) {
            throw failure(e.getCause() == null ? e : e.getCause(), address);
        }
    }

    private static PeerCertificate certificate(AtomicReference<@Nullable X509Certificate> shown) {
        X509Certificate certificate = shown.get();
        if (certificate == null) {
            throw new PeerRefusedException("The other device has shown no certificate.");
        }
        return PeerCertificate.parse(certificate);
    }

    private static SyncException failure(Throwable failure, RelayAddress address) {
        if (failure instanceof PeerRefusedException) {
            return new SyncException(SyncException.Code.REFUSED, String.valueOf(failure.getMessage()), failure);
        } else if (failure instanceof StatusRuntimeException status) {
            Status.Code code = status.getStatus().getCode();
            String said = String.valueOf(status.getStatus().getDescription());
            return switch (code) {
                case UNAVAILABLE, DEADLINE_EXCEEDED ->
                    new SyncException(
                            SyncException.Code.UNREACHABLE,
                            "no device answers at " + address
                                    + "; check that it runs: anabranch device serve --port, and that both are of one organisation",
                            failure);
                case PERMISSION_DENIED ->
                    new SyncException(SyncException.Code.REFUSED, "the other device refused: " + said, failure);
                default ->
                    new SyncException(
                            SyncException.Code.FAILED, "the exchange with " + address + " ended: " + said, failure);
            };
        }
        return new SyncException(
                SyncException.Code.MALFORMED,
                "the other device sent what makes no sense: " + failure.getMessage(),
                failure);
    }

    /** The call, once it stands. */
    private static final class Replies implements ClientResponseObserver<PeerMessage, PeerMessage> {

        private final PeerLink link;
        private final Supplier<PeerSession> sessions;
        private @Nullable PeerCall call;
        private boolean begun;

        Replies(PeerLink link, Supplier<PeerSession> sessions) {
            this.link = link;
            this.sessions = sessions;
        }

        /** The call that this is for, once it has been started. */
        PeerCall call() {
            return Objects.requireNonNull(call, "not started");
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<PeerMessage> out) {
            PeerCall made = new PeerCall(link, sessions, out, true);
            call = made;
            out.disableAutoRequestWithInitial(0);
            // The certificate is known when the connection stands.
            out.setOnReadyHandler(() -> {
                if (begun) {
                    made.ready();
                } else {
                    begun = true;
                    made.begin();
                }
            });
        }

        @Override
        public void onNext(PeerMessage message) {
            call().onNext(message);
        }

        @Override
        public void onError(Throwable failure) {
            call().onError(failure);
        }

        @Override
        public void onCompleted() {
            call().onCompleted();
        }
    }

    /** Remembers whom it trusted. */
    private static final class Witness extends X509ExtendedTrustManager {

        private final X509ExtendedTrustManager trust;
        private final AtomicReference<@Nullable X509Certificate> shown;

        Witness(X509ExtendedTrustManager trust, AtomicReference<@Nullable X509Certificate> shown) {
            this.trust = trust;
            this.shown = shown;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            trust.checkServerTrusted(chain, authType);
            shown.set(chain[0]);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            checkServerTrusted(chain, authType);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            checkServerTrusted(chain, authType);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            trust.checkClientTrusted(chain, authType);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            checkClientTrusted(chain, authType);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            checkClientTrusted(chain, authType);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return trust.getAcceptedIssuers();
        }
    }
}
