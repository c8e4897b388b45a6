package io.anabranch.replica.identity;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Trusts some roots, and nothing else: clients with any certificate for clients below it, servers only if they are the relay. */
final class RootTrust extends ChainTrust {

    private static final int DNS_NAME = 2;

    private final X509TrustManager path;

    RootTrust(X509Certificate root) {
        this(List.of(root));
    }

    RootTrust(Collection<X509Certificate> trusted) {
        try {
            KeyStore roots = KeyStore.getInstance("PKCS12");
            roots.load(null, null);
            for (X509Certificate root : trusted) {
                roots.setCertificateEntry("root-" + root.getSerialNumber(), root);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(roots);
            path = Arrays.stream(factory.getTrustManagers())
                    .filter(X509TrustManager.class::isInstance)
                    .map(X509TrustManager.class::cast)
                    .findFirst()
                    .orElseThrow();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("no PKIX trust manager", e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        path.checkClientTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        path.checkServerTrusted(chain, authType);
        if (!PeerCertificate.alternativeNames(chain[0], DNS_NAME).contains(Identity.RELAY_NAME)) {
            throw new CertificateException("The other side is not a relay of this organisation. Check the address.");
        }
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return path.getAcceptedIssuers();
    }
}
