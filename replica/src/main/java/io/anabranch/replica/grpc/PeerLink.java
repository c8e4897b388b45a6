package io.anabranch.replica.grpc;

import io.anabranch.replica.identity.PeerCertificate;
import io.anabranch.replica.peer.PeerSession;
import java.util.concurrent.Executor;
import java.util.function.Function;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * What meeting other devices takes.
 *
 * @param keys shows this device's certificate
 * @param trust trusts the devices of the organisation
 * @param owner runs tasks on the thread that owns the state, in order
 * @param sessions makes a session with who holds a certificate; called on that thread
 */
public record PeerLink(
        X509ExtendedKeyManager keys,
        X509ExtendedTrustManager trust,
        Executor owner,
        Function<PeerCertificate, PeerSession> sessions) {}
