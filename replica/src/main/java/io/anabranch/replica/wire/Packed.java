package io.anabranch.replica.wire;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import com.google.protobuf.ByteString;

/**
 * Bytes as they travel: compressed with Zstandard where that is worth it.
 *
 * @param bytes as sent
 * @param size bytes after decompression, 0 if they are not compressed
 */
public record Packed(ByteString bytes, int size) {

    private static final int WORTH_COMPRESSING = 256;
    /** The fastest level that still finds the repeated names; see the benchmark for what others would cost. */
    private static final int LEVEL = 1;

    /** Packs bytes; blocks for as long as compression takes, some 300 MB/s. */
    public static Packed pack(byte[] plain) {
        if (plain.length < WORTH_COMPRESSING) {
            return new Packed(ByteString.copyFrom(plain), 0);
        }
        byte[] compressed = Zstd.compress(plain, LEVEL);
        return compressed.length < plain.length
                ? new Packed(ByteString.copyFrom(compressed), plain.length)
                : new Packed(ByteString.copyFrom(plain), 0);
    }

    /**
     * The plain bytes.
     *
     * @throws MalformedMessageException if they are not what {@link #pack} makes, or larger than the limit; the size is
     *     checked before anything of that size is made
     */
    public byte[] unpack() {
        if (size == 0) {
            requireSize(bytes.size());
            return bytes.toByteArray();
        }
        requireSize(size);
        try {
            byte[] plain = Zstd.decompress(bytes.toByteArray(), size);
            if (plain.length != size) {
                throw new MalformedMessageException("a payload is not of the size it says");
            }
            return plain;
        } catch (ZstdException e) {
            throw new MalformedMessageException("a payload does not decompress", e);
        }
    }

    private static void requireSize(int size) {
        if (size < 0 || size > WireLimits.PAYLOAD_SIZE_MAX) {
            throw new MalformedMessageException("a payload is too large");
        }
    }
}
