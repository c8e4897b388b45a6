package io.anabranch.relay.authority;

import io.anabranch.replica.identity.IdentityException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.operator.ContentVerifierProvider;
import org.bouncycastle.operator.DefaultDigestAlgorithmIdentifierFinder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcECContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;

/**
 * Reads a signing request from a stranger. All that is taken from it is the public key, once the request's own signature
 * has shown that the sender has the private one; the names in it are not looked at.
 */
final class SigningRequest {

    static final int SIZE_MAX = 8 * 1024;

    private SigningRequest() {}

    static PublicKey publicKey(byte[] pkcs10) {
        if (pkcs10.length > SIZE_MAX) {
            throw new IdentityException("The signing request is larger than " + SIZE_MAX + " bytes.");
        }
        try {
            PKCS10CertificationRequest request = new PKCS10CertificationRequest(pkcs10);
            SubjectPublicKeyInfo key = request.getSubjectPublicKeyInfo();
            if (!isP256(key.getAlgorithm())
                    || !X9ObjectIdentifiers.ecdsa_with_SHA256.equals(
                            request.getSignatureAlgorithm().getAlgorithm())) {
                throw new IdentityException("The signing request is not for a P-256 key, signed with SHA-256.");
            }
            if (!request.isSignatureValid(verifier(PublicKeyFactory.createKey(key)))) {
                throw new IdentityException("The signing request's signature is wrong.");
            }
            return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(key.getEncoded()));
        } catch (IdentityException e) {
            throw e;
        } catch (IOException
                | PKCSException
                | OperatorCreationException
                | GeneralSecurityException
                | RuntimeException e) {
            // Bouncy Castle parses lazily and reports what it finds late by unchecked exceptions of several types.
            throw new IdentityException("The signing request is malformed.", e);
        }
    }

    private static boolean isP256(AlgorithmIdentifier algorithm) {
        return X9ObjectIdentifiers.id_ecPublicKey.equals(algorithm.getAlgorithm())
                && SECObjectIdentifiers.secp256r1.equals(algorithm.getParameters());
    }

    private static ContentVerifierProvider verifier(AsymmetricKeyParameter key) throws OperatorCreationException {
        return new BcECContentVerifierProviderBuilder(new DefaultDigestAlgorithmIdentifierFinder()).build(key);
    }
}
