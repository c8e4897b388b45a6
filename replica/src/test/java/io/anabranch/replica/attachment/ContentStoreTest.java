package io.anabranch.replica.attachment;

import static io.anabranch.replica.attachment.Contents.LIMITS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.replica.attachment.AttachmentException.Code;
import io.anabranch.replica.attachment.ContentFiles.Disk;
import io.anabranch.replica.content.ContentHash;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Content in files. */
final class ContentStoreTest {

    private static final byte[] CONTENT = Contents.random(3 * ChunkList.CHUNK_SIZE + 100, 1);

    @TempDir
    private Path directory;

    private static void assertFails(Code code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        AttachmentException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file).toString())
                    .toList();
        }
    }

    @Test
    void whatIsAddedIsReadAndStoredOnce() throws Exception {
        ContentStore store = ContentStore.open(directory, LIMITS);
        ContentHash hash = store.add(new ByteArrayInputStream(CONTENT)).hash();
        assertThat(store.add(new ByteArrayInputStream(CONTENT)).hash()).isEqualTo(hash);
        assertThat(Contents.read(store, hash)).isEqualTo(CONTENT);
        assertThat(store.stored()).hasSize(1);
        assertThat(files()).hasSize(3);
        assertThat(store.waiting()).containsExactly(hash);
        assertThat(ContentStore.open(directory, LIMITS).waiting()).containsExactly(hash);
        store.sent(hash);
        assertThat(ContentStore.open(directory, LIMITS).waiting()).isEmpty();
    }

    @Test
    void emptyContentIsContent() throws Exception {
        ContentStore store = ContentStore.open(directory, LIMITS);
        ChunkList list = store.add(InputStream.nullInputStream());
        assertThat(Contents.read(store, list.hash())).isEmpty();
        ContentStore other = ContentStore.open(directory.resolve("other"), LIMITS);
        try (ContentWriter writer = other.write(list)) {
            writer.finish();
        }
        assertThat(other.isHere(list.hash())).isTrue();
    }

    @Test
    void aStreamSkipsWithoutReading() throws Exception {
        ContentStore store = ContentStore.open(directory, LIMITS);
        ContentHash hash = store.add(new ByteArrayInputStream(CONTENT)).hash();
        try (InputStream in = store.read(hash).orElseThrow().stream()) {
            assertThat(in.skip(ChunkList.CHUNK_SIZE + 5)).isEqualTo(ChunkList.CHUNK_SIZE + 5);
            assertThat(in.readNBytes(ChunkList.CHUNK_SIZE))
                    .isEqualTo(Arrays.copyOfRange(CONTENT, ChunkList.CHUNK_SIZE + 5, 2 * ChunkList.CHUNK_SIZE + 5));
            assertThat(in.skip(Long.MAX_VALUE)).isEqualTo(ChunkList.CHUNK_SIZE + 95);
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    @Test
    void aTransferGoesOnAfterTheLastGoodChunk() throws Exception {
        ChunkList list = Contents.list(CONTENT);
        ContentStore store = ContentStore.open(directory, LIMITS);
        try (ContentWriter writer = store.write(list)) {
            writer.put(0, Contents.chunk(CONTENT, 0));
            writer.put(1, Contents.chunk(CONTENT, 1));
        }
        assertThat(store.isHere(list.hash())).isFalse();
        assertThat(store.read(list.hash())).isEmpty();
        Path part = directory.resolve("part").resolve(list.hash().hex());
        byte[] torn = Files.readAllBytes(part);
        torn[ChunkList.CHUNK_SIZE + 1] ^= 1;
        Files.write(part, torn);
        try (ContentWriter writer = ContentStore.open(directory, LIMITS).write(list)) {
            assertThat(writer.nextChunk()).isEqualTo(1);
            for (int index = 1; index < 4; index++) {
                writer.put(index, Contents.chunk(CONTENT, index));
            }
            writer.finish();
        }
        assertThat(Contents.read(store, list.hash())).isEqualTo(CONTENT);
    }

    @Test
    void aForgedChunkIsRefusedAndNothingIsLost() {
        ChunkList list = Contents.list(CONTENT);
        ContentStore store = ContentStore.open(directory, LIMITS);
        try (ContentWriter writer = store.write(list)) {
            writer.put(0, Contents.chunk(CONTENT, 0));
            assertFails(Code.FORGED, () -> writer.put(1, Contents.chunk(CONTENT, 2)));
            assertFails(Code.FORGED, () -> writer.put(2, Contents.chunk(CONTENT, 2)));
            assertFails(Code.FORGED, () -> writer.put(1, new byte[0]));
            assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
            writer.put(1, Contents.chunk(CONTENT, 1));
            assertThat(writer.nextChunk()).isEqualTo(2);
        }
    }

    @Test
    void theLatestWriterTakesOver() {
        ChunkList list = Contents.list(CONTENT);
        ContentStore store = ContentStore.open(directory, LIMITS);
        ContentWriter first = store.write(list);
        first.put(0, Contents.chunk(CONTENT, 0));
        try (ContentWriter second = store.write(list)) {
            assertThat(second.nextChunk()).isEqualTo(1);
            assertFails(Code.SUPERSEDED, () -> first.put(1, Contents.chunk(CONTENT, 1)));
            assertFails(Code.SUPERSEDED, first::finish);
            first.close();
            second.put(1, Contents.chunk(CONTENT, 1));
        }
    }

    @Test
    void whatIsTooLargeLeavesNothing() throws Exception {
        ContentStore store = ContentStore.open(directory, new ContentStore.Limits(CONTENT.length - 1L, 0));
        assertFails(Code.TOO_LARGE, () -> store.add(new ByteArrayInputStream(CONTENT)));
        assertFails(Code.TOO_LARGE, () -> store.write(Contents.list(CONTENT)));
        assertThat(files()).isEmpty();
    }

    @Test
    void aFullDiskIsSaidBeforeAndAsItHappens() throws Exception {
        ContentStore full = ContentStore.open(directory, new ContentStore.Limits(1 << 30, Long.MAX_VALUE / 2));
        assertFails(Code.DISK_FULL, () -> full.add(new ByteArrayInputStream(CONTENT)));
        assertFails(Code.DISK_FULL, () -> full.write(Contents.list(CONTENT)));
        assertThat(files()).isEmpty();
        int[] chunks = new int[1];
        Disk filling = new Disk(() -> Long.MAX_VALUE, change -> {
            if (change.equals("chunk") && ++chunks[0] == 3) {
                throw new IOException("No space left on device");
            }
        });
        ContentStore store = ContentStore.open(directory, LIMITS, filling, ContentCipher.NONE);
        try (ContentWriter writer = store.write(Contents.list(CONTENT))) {
            writer.put(0, Contents.chunk(CONTENT, 0));
            writer.put(1, Contents.chunk(CONTENT, 1));
            assertFails(Code.DISK_FULL, () -> writer.put(2, Contents.chunk(CONTENT, 2)));
        }
        try (ContentWriter writer = store.write(Contents.list(CONTENT))) {
            assertThat(writer.nextChunk()).isEqualTo(2);
        }
    }

    @Test
    void damageIsNoticedAndOnlyTheDamagedPartIsFetchedAgain() throws Exception {
        ContentStore store = ContentStore.open(directory, LIMITS);
        ChunkList list = store.add(new ByteArrayInputStream(CONTENT));
        Path file = directory
                .resolve("content")
                .resolve(list.hash().hex().substring(0, 2))
                .resolve(list.hash().hex());
        byte[] bytes = Files.readAllBytes(file);
        bytes[2 * ChunkList.CHUNK_SIZE] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> Contents.read(store, list.hash())).isInstanceOf(IOException.class);
        assertThat(store.isHere(list.hash())).isFalse();
        try (ContentWriter writer = store.write(list)) {
            assertThat(writer.nextChunk()).isEqualTo(2);
        }
    }

    @Test
    void whatWaitsIsNotEvicted() throws Exception {
        ContentStore store = ContentStore.open(directory, LIMITS);
        ContentHash hash = store.add(new ByteArrayInputStream(CONTENT)).hash();
        assertThat(store.evict(hash)).isFalse();
        store.sent(hash);
        assertThat(store.evict(hash)).isTrue();
        assertThat(store.isHere(hash)).isFalse();
        assertThat(store.isEvicted(hash)).isTrue();
        store.add(new ByteArrayInputStream(CONTENT));
        assertThat(store.isEvicted(hash)).isFalse();
    }

    @Test
    void anOrphanIsOneSinceItWasFirstSeen() throws Exception {
        ContentStore store = ContentStore.open(directory, LIMITS);
        ContentHash hash = store.add(new ByteArrayInputStream(CONTENT)).hash();
        assertThat(store.orphaned(hash, 100)).isEqualTo(100);
        assertThat(ContentStore.open(directory, LIMITS).orphaned(hash, 200)).isEqualTo(100);
        store.adopted(hash);
        assertThat(store.orphaned(hash, 300)).isEqualTo(300);
        store.remove(hash);
        assertThat(files()).isEmpty();
    }
}
