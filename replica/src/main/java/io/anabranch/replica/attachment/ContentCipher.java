package io.anabranch.replica.attachment;

import io.anabranch.replica.content.ContentHash;
import io.anabranch.replica.encryption.NameCipher;
import io.anabranch.replica.encryption.StoreKey;
import io.anabranch.replica.encryption.ValueCipher;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the files of content are encrypted, if they are: each chunk by itself for its number, so that a transfer can go on behind the last good one, small
 * files whole, and their names, which say what content is here. That chunks belong together is seen by the content's hash. The sizes
 * of content, to some bytes, and when it was used can be seen. Thread-safe.
 */
public final class ContentCipher {

    /** For files in plain. */
    static final ContentCipher NONE = new ContentCipher(null, null);

    private static final byte[] SMALL = "small file".getBytes(StandardCharsets.US_ASCII);

    private final @Nullable ValueCipher values;
    private final @Nullable NameCipher names;

    private ContentCipher(@Nullable ValueCipher values, @Nullable NameCipher names) {
        this.values = values;
        this.names = names;
    }

    /** Under the key of a store, or none for plain files. */
    public static ContentCipher of(@Nullable StoreKey key) {
        return key == null ? NONE : new ContentCipher(key.values("content"), key.names("content names"));
    }

    String name(ContentHash hash) {
        return names == null ? hash.hex() : names.encrypt(hash.bytes());
    }

    /** Empty for files with other names. */
    Optional<ContentHash> hash(String name) {
        if (names == null) {
            return ContentHash.isOne(name) ? Optional.of(new ContentHash(name)) : Optional.empty();
        }
        return names.decrypt(name)
                .filter(bytes -> bytes.length == ContentHash.SIZE)
                .map(ContentHash::of);
    }

    /** How many bytes a chunk or small file takes more than it has. */
    int overhead() {
        return values == null ? 0 : ValueCipher.OVERHEAD;
    }

    byte[] encryptSmall(byte[] bytes) {
        return values == null ? bytes : values.encrypt(bytes, SMALL);
    }

    Optional<byte[]> decryptSmall(byte[] stored) {
        return values == null ? Optional.of(stored) : values.decrypt(stored, SMALL);
    }

    byte[] encryptChunk(int index, byte[] chunk) {
        return values == null ? chunk : values.encrypt(chunk, place(index));
    }

    Optional<byte[]> decryptChunk(int index, byte[] stored) {
        return values == null ? Optional.of(stored) : values.decrypt(stored, place(index));
    }

    /** How many bytes of content a file of a size has. */
    long sizeOf(long fileSize) {
        long stored = (long) ChunkList.CHUNK_SIZE + overhead();
        long rest = fileSize % stored;
        return fileSize / stored * ChunkList.CHUNK_SIZE + Math.max(0, rest - overhead());
    }

    /** How large a file with so much content is. */
    long fileSizeOf(long size) {
        long rest = size % ChunkList.CHUNK_SIZE;
        return position(size / ChunkList.CHUNK_SIZE) + (rest == 0 ? 0 : rest + overhead());
    }

    /** Where a chunk is. */
    long position(long index) {
        return index * (ChunkList.CHUNK_SIZE + overhead());
    }

    private static byte[] place(int index) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(index).array();
    }
}
