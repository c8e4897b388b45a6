package io.anabranch.replica.attachment;

import static io.anabranch.replica.attachment.Contents.LIMITS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.replica.encryption.Keys;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds of content holds when its files are encrypted; and they say nothing of it. */
final class EncryptedContentTest extends ContentStoreCrashTest {

    private static final ContentCipher CIPHER = ContentCipher.of(Keys.store(1));
    private static final byte[] CONTENT = Contents.random(2 * ChunkList.CHUNK_SIZE + 9, 3);

    @TempDir
    private Path place;

    @Override
    ContentCipher cipher() {
        return CIPHER;
    }

    @Test
    void neitherContentNorItsHashIsInAnyFileOrName() throws Exception {
        byte[] text = "a known sentence".repeat(1000).getBytes(StandardCharsets.UTF_8);
        ContentStore store = ContentStore.open(place, LIMITS, CIPHER);
        ChunkList list = store.add(new ByteArrayInputStream(text));
        store.orphaned(list.hash(), 7);
        assertThat(Contents.read(store, list.hash())).isEqualTo(text);
        assertThat(store.sizeHere(list.hash())).isEqualTo(text.length);
        assertThat(store.stored().get(0).size()).isEqualTo(text.length);
        assertThat(ContentStore.open(place, LIMITS, CIPHER).waiting()).containsExactly(list.hash());
        String hashes = new String(list.hash().bytes(), StandardCharsets.ISO_8859_1);
        for (Path file : files()) {
            String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
            assertThat(bytes).doesNotContain("known").doesNotContain(hashes);
            assertThat(file.toString()).doesNotContain(list.hash().hex());
        }
        assertThat(ContentStore.open(place, LIMITS, ContentCipher.of(Keys.store(2)))
                        .stored())
                .isEmpty();
    }

    @Test
    void aChangedFileIsDamagedAndTheGoodBeginningIsKept() throws Exception {
        ContentStore store = ContentStore.open(place, LIMITS, CIPHER);
        ChunkList list = store.add(new ByteArrayInputStream(CONTENT));
        Path largest = files().stream()
                .filter(file -> file.toFile().length() > ChunkList.CHUNK_SIZE)
                .findAny()
                .orElseThrow();
        byte[] bytes = Files.readAllBytes(largest);
        bytes[bytes.length - 1] ^= 1;
        Files.write(largest, bytes);
        assertThatThrownBy(() -> Contents.read(store, list.hash())).isInstanceOf(IOException.class);
        assertThat(store.isHere(list.hash())).isFalse();
        try (ContentWriter writer = store.write(list)) {
            assertThat(writer.nextChunk()).isEqualTo(2);
            writer.put(2, Contents.chunk(CONTENT, 2));
            writer.finish();
        }
        assertThat(Contents.read(store, list.hash())).isEqualTo(CONTENT);
    }

    @Test
    void contentIsCopiedFromPlainFilesWithWhatIsNotedOfIt() throws Exception {
        ContentStore plain = ContentStore.open(place.resolve("plain"), LIMITS);
        ChunkList list = plain.add(new ByteArrayInputStream(CONTENT));
        plain.orphaned(list.hash(), 7);
        plain.touch(list.hash(), 1_000_000);
        ContentStore encrypted = ContentStore.open(place.resolve("encrypted"), LIMITS, CIPHER);
        plain.copyTo(encrypted);
        plain.copyTo(encrypted);
        assertThat(Contents.read(encrypted, list.hash())).isEqualTo(CONTENT);
        assertThat(encrypted.stored()).isEqualTo(plain.stored());
        assertThat(encrypted.isWaiting(list.hash())).isTrue();
        assertThat(encrypted.orphaned(list.hash(), 9)).isEqualTo(7);
    }

    private List<Path> files() throws Exception {
        try (Stream<Path> files = Files.walk(place)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
