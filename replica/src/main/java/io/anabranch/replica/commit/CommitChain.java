package io.anabranch.replica.commit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The chain of one replica's commits: each link is SHA-256 over the link before it and the SHA-256 of the commit's body.
 *
 * <p>A signature over a link thereby proves the commit, every one before it and their order. So commits saved together, or
 * sent together, need one signature, and two stores that both go on from one copy are told apart at their first commit. Since it is
 * the hash of the body that is chained, who has only hashes can check the chain and the signature; bodies are salted, so that a hash tells
 * nothing.
 */
public final class CommitChain {

    /** Bytes of a link. */
    public static final int LINK_SIZE = 32;

    private static final byte[] CONTEXT = "anabranch commits".getBytes(StandardCharsets.US_ASCII);

    private CommitChain() {}

    /** The link before the first commit. */
    public static byte[] start() {
        return new byte[LINK_SIZE];
    }

    /** The link of a commit with a body. */
    public static byte[] link(byte[] previous, byte[] body) {
        return linkOfHash(previous, hash(body));
    }

    /** The link of a commit of whose body only the {@linkplain #hash hash} is known. */
    public static byte[] linkOfHash(byte[] previous, byte[] hash) {
        MessageDigest digest = sha256();
        digest.update(previous);
        return digest.digest(hash);
    }

    /** The hash of a body, {@value #LINK_SIZE} bytes. */
    public static byte[] hash(byte[] body) {
        return sha256().digest(body);
    }

    /** What the author signs to prove the commits up to {@code lastSeq}. */
    public static byte[] signedMessage(long replica, long lastSeq, byte[] lastLink) {
        return ByteBuffer.allocate(CONTEXT.length + 16 + LINK_SIZE)
                .put(CONTEXT)
                .putLong(replica)
                .putLong(lastSeq)
                .put(lastLink)
                .array();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the platform lacks SHA-256", e);
        }
    }
}
