package io.anabranch.relay.authority;

import com.google.protobuf.ByteString;
import io.anabranch.proto.SignedStatement;
import io.anabranch.replica.identity.RelaySignature;
import io.anabranch.replica.identity.TlsIdentity;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Signs what a relay says, with a key and certificate of its own, which name it the relay. The key lives as long as the process: each
 * statement brings the certificates that prove it. Thread-safe.
 */
public final class RelaySigner {

    private final CertificateAuthority authority;
    private volatile TlsIdentity identity;

    /** A signer with a new key, certified by this authority. */
    public RelaySigner(CertificateAuthority authority) {
        this.authority = authority;
        this.identity = authority.issueServer(List.of());
    }

    /**
     * A signed statement.
     *
     * @param purpose in ASCII; a signature for one purpose is none for another
     */
    public SignedStatement sign(String purpose, ByteString statement) {
        TlsIdentity signer = identity;
        SignedStatement.Builder signed = SignedStatement.newBuilder().setStatement(statement);
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(signer.privateKey());
            signature.update(RelaySignature.signed(purpose, statement));
            signed.setSignature(ByteString.copyFrom(signature.sign()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no P-256 in this JDK", e);
        }
        return signed.addAllCertificates(der(signer.chain())).build();
    }

    /** Takes a new key and certificate; what was signed before stays good until the certificate of that expires. */
    public void renew() {
        identity = authority.issueServer(List.of());
    }

    /** The certificate that it signs with now. */
    public X509Certificate certificate() {
        return identity.certificate();
    }

    private static List<ByteString> der(List<X509Certificate> chain) {
        return chain.stream()
                .map(certificate -> {
                    try {
                        return ByteString.copyFrom(certificate.getEncoded());
                    } catch (CertificateEncodingException e) {
                        throw new IllegalStateException("a parsed certificate has an encoding", e);
                    }
                })
                .toList();
    }
}
