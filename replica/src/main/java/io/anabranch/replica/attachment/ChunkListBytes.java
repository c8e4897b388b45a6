package io.anabranch.replica.attachment;

import io.anabranch.replica.content.ContentHash;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A list of chunks as a file: the content's size, then the hashes. */
final class ChunkListBytes {

    /** Largest file. */
    static final int SIZE_MAX = Long.BYTES + ChunkList.chunkCount(ChunkList.SIZE_MAX) * ContentHash.SIZE;

    private ChunkListBytes() {}

    static byte[] encode(ChunkList list) {
        byte[] hashes = list.hashes();
        return ByteBuffer.allocate(Long.BYTES + hashes.length)
                .putLong(list.size())
                .put(hashes)
                .array();
    }

    /** Empty if the bytes are no list. */
    static Optional<ChunkList> decode(byte[] bytes) {
        if (bytes.length < Long.BYTES) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long size = buffer.getLong();
        byte[] hashes = new byte[buffer.remaining()];
        buffer.get(hashes);
        try {
            return Optional.of(ChunkList.of(size, hashes));
        } catch (AttachmentException e) {
            return Optional.empty();
        }
    }
}
