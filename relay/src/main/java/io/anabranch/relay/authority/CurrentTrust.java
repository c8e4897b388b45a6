package io.anabranch.relay.authority;

import io.anabranch.replica.identity.RootSet;
import io.anabranch.replica.identity.TlsIdentity;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Trusts the roots that there are when it is asked, which may be others than when the port was opened. Thread-safe. */
final class CurrentTrust extends X509ExtendedTrustManager {

    private final Supplier<RootSet> roots;
    private volatile @Nullable Made made;

    private record Made(RootSet roots, X509ExtendedTrustManager trust) {}

    CurrentTrust(Supplier<RootSet> roots) {
        this.roots = roots;
    }

    private X509ExtendedTrustManager now() {
        RootSet current = roots.get();
        Made known = made;
        if (known == null || known.roots != current) {
            known = new Made(current, TlsIdentity.trustManager(current.roots()));
            made = known;
        }
        return known.trust;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        now().checkClientTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        now().checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        now().checkClientTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        now().checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        now().checkClientTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        now().checkServerTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return now().getAcceptedIssuers();
    }
}
