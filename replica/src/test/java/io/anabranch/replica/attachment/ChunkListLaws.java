package io.anabranch.replica.attachment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.replica.content.ContentHash;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** What holds for every list of chunks. */
class ChunkListLaws {

    private static final int SIZE_MAX = 3 * ChunkList.CHUNK_SIZE + 7;

    @Property(tries = 60)
    void aListFromOutsideIsVerifiedByItsHash(@ForAll @IntRange(max = SIZE_MAX) int size, @ForAll long seed) {
        ChunkList list = Contents.list(Contents.random(size, seed));
        ChunkList received = ChunkList.of(size, list.hashes());
        assertThat(received.hash()).isEqualTo(list.hash());
        assertThat(received.chunkCount()).isEqualTo((size + ChunkList.CHUNK_SIZE - 1) / ChunkList.CHUNK_SIZE);
        byte[] other = list.hashes();
        if (other.length > 0) {
            other[Math.floorMod((int) seed, other.length)] ^= 1;
            assertThat(ChunkList.of(size, other).hash()).isNotEqualTo(list.hash());
        }
    }

    @Property(tries = 60)
    void onlyItsOwnBytesAreAChunk(
            @ForAll @IntRange(min = 1, max = SIZE_MAX) int size,
            @ForAll long seed,
            @ForAll @IntRange(max = 1 << 20) int at) {
        byte[] content = Contents.random(size, seed);
        ChunkList list = Contents.list(content);
        int index = at % list.chunkCount();
        byte[] chunk = Contents.chunk(content, index);
        assertThat(list.isChunk(index, chunk)).isTrue();
        assertThat(list.isChunk(index + 1, chunk)).isFalse();
        assertThat(list.isChunk(-1, chunk)).isFalse();
        byte[] forged = chunk.clone();
        forged[at % forged.length] ^= 1;
        assertThat(list.isChunk(index, forged)).isFalse();
        assertThat(list.isChunk(index, java.util.Arrays.copyOf(chunk, chunk.length - 1)))
                .isFalse();
    }

    @Property(tries = 200)
    void chunksCoverTheContent(@ForAll @LongRange(max = ChunkList.SIZE_MAX) long size) {
        int count = ChunkList.chunkCount(size);
        assertThat((long) count * ChunkList.CHUNK_SIZE).isBetween(size, size + ChunkList.CHUNK_SIZE - 1);
        if (count < 2_000) {
            ChunkList list = ChunkList.of(size, new byte[count * ContentHash.SIZE]);
            long sum = 0;
            for (int index = 0; index < count; index++) {
                assertThat(list.chunkSize(index)).isBetween(1, ChunkList.CHUNK_SIZE);
                sum += list.chunkSize(index);
            }
            assertThat(sum).isEqualTo(size);
        }
    }

    @Property(tries = 100)
    void aListThatDoesNotFitItsSizeIsRefused(
            @ForAll @IntRange(max = SIZE_MAX) int size, @ForAll @IntRange(max = 300) int listSize) {
        if (listSize != ChunkList.chunkCount(size) * ContentHash.SIZE) {
            assertThatThrownBy(() -> ChunkList.of(size, new byte[listSize]))
                    .isInstanceOfSatisfying(
                            AttachmentException.class,
                            e -> assertThat(e.code()).isEqualTo(AttachmentException.Code.FORGED));
        }
    }
}
