package io.anabranch.replica.identity;

import com.google.protobuf.ByteString;
import io.anabranch.proto.SignedStatement;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.X509TrustManager;

/** Checks what a relay has signed with the key of its certificate: what is signed begins with what it is for. */
public final class RelaySignature {

    private static final String KEY_USE = "ECDHE_ECDSA";

    private RelaySignature() {}

    /**
     * What is signed of a statement.
     *
     * @param purpose in ASCII, such as {@code anabranch revocations}
     */
    public static byte[] signed(String purpose, ByteString statement) {
        return ByteString.copyFrom(purpose + '\0', StandardCharsets.US_ASCII)
                .concat(statement)
                .toByteArray();
    }

    /** Whether a statement is one of the organisation's relay, for this purpose. */
    public static boolean isSigned(X509TrustManager trust, String purpose, SignedStatement statement) {
        return isSigned(
                trust,
                signed(purpose, statement.getStatement()),
                statement.getSignature().toByteArray(),
                statement.getCertificatesList().stream()
                        .map(ByteString::toByteArray)
                        .toList());
    }

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
