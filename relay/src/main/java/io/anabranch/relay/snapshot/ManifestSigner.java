package io.anabranch.relay.snapshot;

import com.google.protobuf.ByteString;
import io.anabranch.replica.identity.TlsIdentity;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** Signs manifests. Any thread. */
public interface ManifestSigner {

    /** The signature of these bytes. */
    ByteString sign(byte[] bytes);

    /** What proves whose it is: certificates in DER, the signer's first. */
    List<ByteString> certificates();

    /** Signs with the key of a relay's certificate. */
    static ManifestSigner of(TlsIdentity relay) {
        return new ManifestSigner() {
            @Override
            public ByteString sign(byte[] bytes) {
                return signature(relay.privateKey(), bytes);
            }

            @Override
            public List<ByteString> certificates() {
                List<ByteString> certificates = new ArrayList<>();
                try {
                    for (X509Certificate certificate : relay.chain()) {
                        certificates.add(ByteString.copyFrom(certificate.getEncoded()));
                    }
                } catch (CertificateEncodingException e) {
                    throw new IllegalStateException("a parsed certificate has an encoding", e);
                }
                return certificates;
            }
        };
    }

    private static ByteString signature(PrivateKey key, byte[] bytes) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(key);
            signature.update(bytes);
            return ByteString.copyFrom(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no P-256 in this JDK", e);
        }
    }
}
