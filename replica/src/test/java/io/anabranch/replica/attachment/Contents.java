package io.anabranch.replica.attachment;

import io.anabranch.replica.content.ContentHash;
import java.io.InputStream;
import java.util.Random;

/** Content for tests. */
final class Contents {

    static final ContentStore.Limits LIMITS = new ContentStore.Limits(64L << 20, 0);

    private Contents() {}

    static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static ChunkList list(byte[] content) {
        ChunkList.Builder list = new ChunkList.Builder();
        for (int index = 0; index < ChunkList.chunkCount(content.length); index++) {
            list.add(chunk(content, index));
        }
        return list.build();
    }

    static byte[] chunk(byte[] content, int index) {
        int from = index * ChunkList.CHUNK_SIZE;
        return java.util.Arrays.copyOfRange(content, from, Math.min(content.length, from + ChunkList.CHUNK_SIZE));
    }

    static byte[] read(ContentStore store, ContentHash hash) throws Exception {
        try (InputStream in = store.read(hash).orElseThrow().stream()) {
            return in.readAllBytes();
        }
    }
}
