package io.anabranch.replica.identity;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;

/**
 * The trust manager of a device that is enrolling: it knows no root yet, only the fingerprint in its code.
 *
 * <p>A server is trusted if its chain has the root that the code names, by whichever certificate, is verified by that, and its own
 * certificate is a relay's ({@link Identity#RELAY_NAME}). Clients are never trusted. Immutable and thread-safe.
 */
public final class EnrolmentTrust extends ChainTrust {

    private final EnrolmentCode code;

    /** Trusts the relay whose root this code names. */
    public EnrolmentTrust(EnrolmentCode code) {
        this.code = code;
    }

    /** Refuses every client. */
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("A device that is enrolling accepts no connections.");
    }

    /** Refuses every server but the code's relay, with a message for the person who is enrolling. */
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        X509Certificate root = Arrays.stream(chain)
                .skip(1)
                .filter(code::matches)
                .findFirst()
                .orElseThrow(() -> new CertificateException("This relay did not issue the enrolment code."
                        + " Check the relay's address, or ask your administrator for a new code."));
        new RootTrust(root).checkServerTrusted(chain, authType);
    }

    /** None. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
