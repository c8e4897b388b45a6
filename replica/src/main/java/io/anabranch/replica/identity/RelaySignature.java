package io.anabranch.replica.identity;

import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.X509TrustManager;

/** Checks what a relay has signed with the key of its certificate. */
public final class RelaySignature {

    private static final String KEY_USE = "ECDHE_ECDSA";

    private RelaySignature() {}

    /**
     * Whether bytes were signed by a relay of the organisation.
     *
     * @param derCertificates the signer's, then those up to the root
     */
    public static boolean isSigned(
            X509TrustManager trust, byte[] bytes, byte[] signature, List<byte[]> derCertificates) {
        try {
            List<X509Certificate> chain = new ArrayList<>();
            for (byte[] der : derCertificates) {
                chain.add(P256.certificate(der));
            }
            if (chain.isEmpty() || chain.size() > TlsIdentity.CHAIN_LENGTH_MAX) {
                return false;
            }
            trust.checkServerTrusted(chain.toArray(new X509Certificate[0]), KEY_USE);
            Signature verifier = Signature.getInstance(P256.SIGNATURE);
            verifier.initVerify(chain.get(0).getPublicKey());
            verifier.update(bytes);
            return verifier.verify(signature);
        } catch (GeneralSecurityException | IdentityException | IllegalArgumentException e) {
            return false;
        }
    }
}
