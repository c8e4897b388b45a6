package io.anabranch.replica.attachment;

import io.anabranch.replica.content.AttachmentRef;
import io.anabranch.replica.content.ContentHash;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The hashes of the chunks of one content: a Merkle tree of one level. Immutable.
 *
 * <p>The hash of the list is the content's name. A list is verified against the name, and a chunk against the list, so nothing of
 * what a stranger sends is kept before it is known to be right. One level, rather than the binary tree of bao (BLAKE3's verified
 * streaming): the list of a gigabyte has 128 KiB, which is less than one chunk.
 */
public final class ChunkList {

    /** Bytes of a chunk; the last may have fewer, and no content has none. */
    public static final int CHUNK_SIZE = 256 << 10;
    /** Largest content, in bytes; its list has 1 MiB. */
    public static final long SIZE_MAX = AttachmentRef.SIZE_MAX;

    private static final byte[] CONTEXT = "anabranch attachment\0".getBytes(StandardCharsets.US_ASCII);

    private final long size;
    private final byte[] hashes;
    private final ContentHash hash;

    private ChunkList(long size, byte[] hashes) {
        this.size = size;
        this.hashes = hashes;
        MessageDigest digest = sha256();
        digest.update(CONTEXT);
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(size).array());
        this.hash = ContentHash.of(digest.digest(hashes));
    }

    /**
     * A list from outside; whoever asked for a certain content compares {@link #hash}.
     *
     * @param size of the content
     * @param hashes of its chunks, one after the other
     * @throws AttachmentException FORGED if there are too few or too many
     */
    public static ChunkList of(long size, byte[] hashes) {
        if (size < 0 || size > SIZE_MAX || hashes.length != (long) chunkCount(size) * ContentHash.SIZE) {
            throw new AttachmentException(
                    AttachmentException.Code.FORGED, "the list of an attachment's chunks does not fit its size");
        }
        return new ChunkList(size, hashes.clone());
    }

    /** How many chunks content of a size has. */
    public static int chunkCount(long size) {
        return (int) ((size + CHUNK_SIZE - 1) / CHUNK_SIZE);
    }

    /** The content's name. */
    public ContentHash hash() {
        return hash;
    }

    /** Bytes of the content. */
    public long size() {
        return size;
    }

    /** How many chunks it has. */
    public int chunkCount() {
        return hashes.length / ContentHash.SIZE;
    }

    /** The hashes, one after the other: a copy. */
    public byte[] hashes() {
        return hashes.clone();
    }

    /** Bytes of a chunk. */
    public int chunkSize(int index) {
        return (int) Math.min(CHUNK_SIZE, size - (long) index * CHUNK_SIZE);
    }

    /** Whether these bytes are the chunk. */
    public boolean isChunk(int index, byte[] bytes) {
        if (index < 0 || index >= chunkCount() || bytes.length != chunkSize(index)) {
            return false;
        }
        int from = index * ContentHash.SIZE;
        return MessageDigest.isEqual(sha256().digest(bytes), Arrays.copyOfRange(hashes, from, from + ContentHash.SIZE));
    }

    /** Makes a list while content goes by, chunk by chunk. */
    static final class Builder {

        private final ByteArrayOutputStream hashes = new ByteArrayOutputStream();
        private long size;

        void add(byte[] chunk) {
            hashes.writeBytes(sha256().digest(chunk));
            size += chunk.length;
        }

        long size() {
            return size;
        }

        ChunkList build() {
            return new ChunkList(size, hashes.toByteArray());
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the platform lacks SHA-256", e);
        }
    }
}
