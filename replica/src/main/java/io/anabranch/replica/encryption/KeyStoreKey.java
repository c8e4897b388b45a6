package io.anabranch.replica.encryption;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * An AES key in a {@link KeyStore} as a key source: in a PKCS #12 file, or in a platform's store or a chip, which need not give the key
 * out. It encrypts with AES-GCM and a nonce of the provider's.
 */
public final class KeyStoreKey implements KeySource {

    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int NONCE_SIZE = 12;
    private static final int TAG_BITS = 128;

    private final SecretKey key;
    private final String kind;

    private KeyStoreKey(SecretKey key, String alias) {
        this.key = key;
        this.kind = "key store: " + alias;
    }

    /**
     * The key of an alias.
     *
     * @param store loaded
     * @param password of the entry; empty if it has none
     * @throws KeyException FAILED if there is no such key, or it is not an AES key, or the password is wrong
     */
    public static KeyStoreKey of(KeyStore store, String alias, char[] password) {
        try {
            Key found = store.getKey(alias, password);
            if (found instanceof SecretKey secret && secret.getAlgorithm().equals("AES")) {
                return new KeyStoreKey(secret, alias);
            }
        } catch (GeneralSecurityException e) {
            throw new KeyException(KeyException.Code.FAILED, "the key store does not give out the key " + alias, e);
        }
        throw new KeyException(
                KeyException.Code.FAILED, "the key store has no AES key " + alias + "; make one there first");
    }

    @Override
    public String kind() {
        return kind;
    }

    @Override
    public byte[] wrap(byte[] dataKey) {
        try {
            Cipher cipher = Cipher.getInstance(CIPHER);
            cipher.init(Cipher.ENCRYPT_MODE, key);
            cipher.updateAAD(kind.getBytes(StandardCharsets.UTF_8));
            byte[] nonce = cipher.getIV();
            byte[] encrypted = cipher.doFinal(dataKey);
            byte[] wrapped = Arrays.copyOf(nonce, nonce.length + encrypted.length);
            System.arraycopy(encrypted, 0, wrapped, nonce.length, encrypted.length);
            return wrapped;
        } catch (GeneralSecurityException e) {
            throw failed(e);
        }
    }

    @Override
    public Optional<byte[]> unwrap(byte[] wrapped) {
        if (wrapped.length < NONCE_SIZE + TAG_BITS / 8) {
            return Optional.empty();
        }
        try {
            Cipher cipher = Cipher.getInstance(CIPHER);
            cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, wrapped, 0, NONCE_SIZE));
            cipher.updateAAD(kind.getBytes(StandardCharsets.UTF_8));
            return Optional.of(cipher.doFinal(wrapped, NONCE_SIZE, wrapped.length - NONCE_SIZE));
        } catch (AEADBadTagException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw failed(e);
        }
    }

    private static KeyException failed(GeneralSecurityException cause) {
        return new KeyException(
                KeyException.Code.FAILED, "the key store's key could not be used: " + cause.getMessage(), cause);
    }
}
