package io.anabranch.replica.identity;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;

/**
 * A P-256 private key with the certificate chain that speaks for it: what one end of a TLS connection shows, and whom it
 * trusts. A relay, an administrator and a certificate authority have one; a device's {@link Identity} contains one.
 *
 * <p>Key and chain belong together, and each certificate is signed by the next; expiry is left to the handshake.
 * Immutable and thread-safe. {@link #toString} does not show the key.
 *
 * <pre>{@code
 * SSLContext tls = SSLContext.getInstance("TLSv1.3");
 * tls.init(new KeyManager[] {identity.keyManager()}, new TrustManager[] {identity.trustManager()}, random);
 * }</pre>
 */
public final class TlsIdentity {

    /** The most certificates in a chain. */
    public static final int CHAIN_LENGTH_MAX = 8;

    private static final int PEM_LENGTH_MAX = 64 * 1024;
    private static final String KEY = "PRIVATE KEY";
    private static final String CERTIFICATE = "CERTIFICATE";

    private final PrivateKey privateKey;
    private final List<X509Certificate> chain;

    private TlsIdentity(PrivateKey privateKey, List<X509Certificate> chain) {
        this.privateKey = privateKey;
        this.chain = chain;
    }

    /**
     * The identity of this key and chain: its own certificate first, then its issuer's, up to the root.
     *
     * @throws IdentityException if they do not belong together, the chain is empty or longer than
     *     {@value #CHAIN_LENGTH_MAX}, or its last certificate is not a root
     */
    public static TlsIdentity of(PrivateKey privateKey, List<X509Certificate> chain) {
        List<X509Certificate> copy = List.copyOf(chain);
        if (copy.isEmpty() || copy.size() > CHAIN_LENGTH_MAX) {
            throw new IdentityException("A certificate chain has 1 to " + CHAIN_LENGTH_MAX + " certificates.");
        }
        try {
            if (!P256.isPair(privateKey, copy.get(0).getPublicKey())) {
                throw new IdentityException("The certificate belongs to another private key.");
            }
            for (int i = 0; i < copy.size(); i++) {
                int issuer = Math.min(i + 1, copy.size() - 1);
                copy.get(i).verify(copy.get(issuer).getPublicKey());
            }
        } catch (GeneralSecurityException e) {
            throw new IdentityException("The certificates do not belong together, or not to the key.", e);
        }
        return new TlsIdentity(privateKey, copy);
    }

    /** A new P-256 key pair, drawn from {@code random}. */
    public static KeyPair generateKeyPair(SecureRandom random) {
        return P256.generate(random);
    }

    /**
     * The identity in a PEM file's text, as {@link #pem} writes it: one PKCS #8 private key and the chain in order.
     *
     * @throws IdentityException if it is damaged or is something else
     */
    public static TlsIdentity parse(String pem) {
        List<PrivateKey> keys = new ArrayList<>();
        List<X509Certificate> chain = new ArrayList<>();
        try {
            for (PemObject object : objects(pem)) {
                if (object.getType().equals(KEY)) {
                    keys.add(P256.privateKey(object.getContent()));
                } else if (object.getType().equals(CERTIFICATE)) {
                    chain.add(P256.certificate(object.getContent()));
                }
            }
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            // Bouncy Castle reports bad base 64 by unchecked exceptions of several types.
            throw new IdentityException("The PEM text is damaged.", e);
        }
        if (keys.size() != 1 || chain.isEmpty()) {
            throw new IdentityException("The PEM text must have one PRIVATE KEY and its chain of CERTIFICATEs.");
        }
        return of(keys.get(0), chain);
    }

    private static List<PemObject> objects(String pem) throws IOException {
        if (pem.length() > PEM_LENGTH_MAX) {
            throw new IOException("longer than " + PEM_LENGTH_MAX + " characters");
        }
        List<PemObject> objects = new ArrayList<>();
        try (PemReader reader = new PemReader(new StringReader(pem))) {
            for (PemObject object = reader.readPemObject(); object != null; object = reader.readPemObject()) {
                objects.add(object);
            }
        }
        return objects;
    }

    /** Key and chain as PEM text. It is the whole secret: keep it in a file that only its owner can read. */
    public String pem() {
        StringWriter text = new StringWriter();
        try (PemWriter writer = new PemWriter(text)) {
            writer.writeObject(new PemObject(KEY, privateKey.getEncoded()));
            for (X509Certificate certificate : chain) {
                writer.writeObject(new PemObject(CERTIFICATE, certificate.getEncoded()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a parsed certificate has an encoding", e);
        }
        return text.toString();
    }

    /** The private key. */
    public PrivateKey privateKey() {
        return privateKey;
    }

    /** The chain: its own certificate first, the root last. Unmodifiable. */
    public List<X509Certificate> chain() {
        return chain;
    }

    /** Its own certificate. */
    public X509Certificate certificate() {
        return chain.get(0);
    }

    /** The root, the last of the chain. */
    public X509Certificate root() {
        return chain.get(chain.size() - 1);
    }

    /** Shows this identity, as a client and as a server, with the whole chain: an enrolling device needs the root. */
    public X509ExtendedKeyManager keyManager() {
        return new SingleKeyManager(privateKey, chain.toArray(X509Certificate[]::new));
    }

    /**
     * Trusts only the chain's root: as a server, clients with a certificate for clients; as a client, servers with a
     * certificate for servers that names {@link Identity#RELAY_NAME}. Addresses are not compared with certificates: a
     * relay is the relay wherever it is reached. Expiry is judged by the system's clock.
     */
    public X509ExtendedTrustManager trustManager() {
        return new RootTrust(root());
    }

    /** As {@link #trustManager()}, trusting these roots. */
    public static X509ExtendedTrustManager trustManager(Collection<X509Certificate> roots) {
        return new RootTrust(roots);
    }

    @Override
    public String toString() {
        return "TlsIdentity[" + certificate().getSubjectX500Principal() + "]";
    }
}
