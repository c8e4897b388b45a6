package io.anabranch.replica.identity;

import com.google.protobuf.ByteString;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/** Trusts the devices of one organisation, as clients and as servers: whoever has a certificate of a device below its root. */
public final class DeviceTrust extends ChainTrust {

    private static final String KEY_USE = "ECDHE_ECDSA";

    private final X509TrustManager organisation;

    /** @param organisation trusts clients with a certificate below the root */
    private DeviceTrust(X509TrustManager organisation) {
        this.organisation = organisation;
    }

    /** That of the organisation of an identity. */
    public static X509ExtendedTrustManager of(Identity identity) {
        return new DeviceTrust(identity.trustManager());
    }

    /**
     * What certificates in DER, the holder's first, say of a device; empty if they are not of a device of the organisation, or have expired.
     */
    public static Optional<PeerCertificate> verified(X509TrustManager organisation, List<ByteString> certificates) {
        if (certificates.isEmpty() || certificates.size() > TlsIdentity.CHAIN_LENGTH_MAX) {
            return Optional.empty();
        }
        try {
            List<X509Certificate> chain = new ArrayList<>();
            for (ByteString der : certificates) {
                chain.add(P256.certificate(der.toByteArray()));
            }
            organisation.checkClientTrusted(chain.toArray(new X509Certificate[0]), KEY_USE);
            return Optional.of(PeerCertificate.parse(chain.get(0)))
                    .filter(certificate -> certificate.replica().isPresent());
        } catch (GeneralSecurityException | IdentityException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        organisation.checkClientTrusted(chain, authType);
        requireDevice(chain[0]);
    }

    /** A device shows the same certificate when it is called. */
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        checkClientTrusted(chain, KEY_USE);
    }

    private static void requireDevice(X509Certificate certificate) throws CertificateException {
        try {
            if (PeerCertificate.parse(certificate).replica().isEmpty()) {
                throw new CertificateException("The other side is not a device of this organisation.");
            }
        } catch (IdentityException e) {
            throw new CertificateException("The other side is not a device of this organisation.", e);
        }
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return organisation.getAcceptedIssuers();
    }
}
