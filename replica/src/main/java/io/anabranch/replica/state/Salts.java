package io.anabranch.replica.state;

import com.google.protobuf.ByteString;
import io.anabranch.replica.commit.CommitChain;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/**
 * Salts for commit bodies: bytes that only the holder of the commit key can tell. A signature by it over a constant is the secret, of which
 * each salt is a hash with the commit's number; so there is nothing to keep, and the core needs no randomness.
 */
final class Salts {

    static final int SALT_SIZE = 16;

    private static final byte[] CONTEXT = "anabranch salts".getBytes(StandardCharsets.US_ASCII);

    private final UnaryOperator<byte[]> signer;
    private byte[] secret = new byte[0];

    Salts(UnaryOperator<byte[]> signer) {
        this.signer = signer;
    }

    /** The salt of the own commit of a number. */
    ByteString salt(long seq) {
        if (secret.length == 0) {
            secret = CommitChain.hash(signer.apply(CONTEXT));
        }
        byte[] input = ByteBuffer.allocate(secret.length + Long.BYTES)
                .put(secret)
                .putLong(seq)
                .array();
        return ByteString.copyFrom(CommitChain.hash(input), 0, SALT_SIZE);
    }
}
