package io.anabranch.replica.encryption;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * A passphrase as a key source, by Argon2id (RFC 9106). What it costs to try one is kept with each slot, so it can be raised later. The
 * text is overwritten by {@link #close}.
 */
public final class Passphrase implements KeySource {

    /** The kind of its slots. */
    public static final String KIND = "passphrase";

    private static final int SALT_SIZE = 16;
    private static final int HEADER_SIZE = SALT_SIZE + 3 * Integer.BYTES;
    private static final int KIBIBYTES_MAX = 1 << 20;
    private static final int PASSES_MAX = 64;
    private static final int LANES_MAX = 16;

    private final char[] text;
    private final Cost cost;
    private final SecureRandom random;

    /**
     * What one try costs.
     *
     * @param kibibytes memory, at least 8 a lane and at most 1 GiB
     * @param passes over the memory, 1 to 64
     * @param lanes 1 to 16
     */
    public record Cost(int kibibytes, int passes, int lanes) {

        /** RFC 9106's choice where memory is short: 64 MiB, three passes; some tenths of a second. */
        public static final Cost DEFAULT = new Cost(64 << 10, 3, 4);

        /** Checks the ranges. */
        public Cost {
            if (!isAllowed(kibibytes, passes, lanes)) {
                throw new IllegalArgumentException("the cost of a passphrase is out of range");
            }
        }

        private static boolean isAllowed(int kibibytes, int passes, int lanes) {
            return lanes >= 1
                    && lanes <= LANES_MAX
                    && passes >= 1
                    && passes <= PASSES_MAX
                    && kibibytes >= 8 * lanes
                    && kibibytes <= KIBIBYTES_MAX;
        }
    }

    /**
     * A passphrase at the default cost.
     *
     * @param text is copied; the caller may overwrite it
     * @throws KeyException WRONG_KEY if it is empty
     */
    public Passphrase(char[] text) {
        this(text, Cost.DEFAULT);
    }

    /** At a cost, which holds for slots that are made with it. */
    public Passphrase(char[] text, Cost cost) {
        if (text.length == 0) {
            throw new KeyException(KeyException.Code.WRONG_KEY, "the passphrase is empty; give one");
        }
        this.text = text.clone();
        this.cost = cost;
        this.random = new SecureRandom();
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public byte[] wrap(byte[] dataKey) {
        byte[] salt = new byte[SALT_SIZE];
        random.nextBytes(salt);
        byte[] header = ByteBuffer.allocate(HEADER_SIZE)
                .put(salt)
                .putInt(cost.kibibytes)
                .putInt(cost.passes)
                .putInt(cost.lanes)
                .array();
        byte[] key = key(salt, cost);
        try {
            byte[] encrypted = new ValueCipher(key, random).encrypt(dataKey, header);
            return ByteBuffer.allocate(HEADER_SIZE + encrypted.length)
                    .put(header)
                    .put(encrypted)
                    .array();
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    @Override
    public Optional<byte[]> unwrap(byte[] wrapped) {
        if (wrapped.length < HEADER_SIZE) {
            return Optional.empty();
        }
        ByteBuffer header = ByteBuffer.wrap(wrapped);
        byte[] salt = new byte[SALT_SIZE];
        header.get(salt);
        int kibibytes = header.getInt();
        int passes = header.getInt();
        int lanes = header.getInt();
        if (!Cost.isAllowed(kibibytes, passes, lanes)) {
            return Optional.empty();
        }
        byte[] key = key(salt, new Cost(kibibytes, passes, lanes));
        try {
            return new ValueCipher(key, random)
                    .decrypt(
                            Arrays.copyOfRange(wrapped, HEADER_SIZE, wrapped.length),
                            Arrays.copyOf(wrapped, HEADER_SIZE));
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private byte[] key(byte[] salt, Cost at) {
        Argon2Parameters parameters = new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withSalt(salt)
                .withMemoryAsKB(at.kibibytes)
                .withIterations(at.passes)
                .withParallelism(at.lanes)
                .build();
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(text));
        byte[] bytes = Arrays.copyOfRange(encoded.array(), encoded.arrayOffset(), encoded.limit());
        byte[] key = new byte[StoreKey.SIZE];
        try {
            Argon2BytesGenerator generator = new Argon2BytesGenerator();
            generator.init(parameters);
            generator.generateBytes(bytes, key);
            return key;
        } finally {
            Arrays.fill(bytes, (byte) 0);
            Arrays.fill(encoded.array(), (byte) 0);
        }
    }

    /** Overwrites the text. */
    @Override
    public void close() {
        Arrays.fill(text, '\0');
    }
}
