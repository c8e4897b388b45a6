package io.anabranch.replica.encryption;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;

/**
 * The data key of an open store. Gives out ciphers, one for each use, under keys derived with HKDF (RFC 5869); they work on after
 * {@link #close}, which overwrites the key. What the platform's own key objects copy is out of reach and goes with the garbage.
 */
public final class StoreKey implements AutoCloseable {

    static final int SIZE = 32;

    private final byte[] dataKey;
    private final SecureRandom random;

    /** @param dataKey is this object's from now on */
    StoreKey(byte[] dataKey, SecureRandom random) {
        if (dataKey.length != SIZE) {
            throw new IllegalArgumentException("a data key has " + SIZE + " bytes");
        }
        this.dataKey = dataKey;
        this.random = random;
    }

    /** The cipher of values of one use. */
    public ValueCipher values(String use) {
        byte[] key = derive(use, SIZE);
        try {
            return new ValueCipher(key, random);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** The cipher of names of one use. */
    public NameCipher names(String use) {
        byte[] keys = derive(use, 2 * SIZE);
        try {
            return new NameCipher(keys);
        } finally {
            Arrays.fill(keys, (byte) 0);
        }
    }

    private byte[] derive(String use, int size) {
        HKDFBytesGenerator generator = new HKDFBytesGenerator(new SHA256Digest());
        byte[] info = ("anabranch at rest: " + use).getBytes(StandardCharsets.UTF_8);
        generator.init(new HKDFParameters(dataKey, new byte[0], info));
        byte[] derived = new byte[size];
        generator.generateBytes(derived, 0, size);
        return derived;
    }

    byte[] bytes() {
        return dataKey;
    }

    @Override
    public void close() {
        Arrays.fill(dataKey, (byte) 0);
    }
}
