package io.anabranch.replica.attachment;

import static io.anabranch.replica.attachment.Contents.LIMITS;
import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.replica.attachment.ContentFiles.Disk;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process ends before each change of the disk in turn, and nothing after it happens. */
class ContentStoreCrashTest {

    private static final int STEPS_MAX = 60;
    private static final byte[] CONTENT = Contents.random(2 * ChunkList.CHUNK_SIZE + 9, 3);
    private static final ChunkList LIST = Contents.list(CONTENT);

    @TempDir
    private Path directory;

    /** How files are encrypted. */
    ContentCipher cipher() {
        return ContentCipher.NONE;
    }

    /** The end of the process. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    /** What is interrupted. */
    private interface Work {
        void on(ContentStore store) throws IOException;
    }

    private static Disk killedBefore(int step) {
        int[] steps = new int[1];
        return new Disk(() -> Long.MAX_VALUE, change -> {
            if (++steps[0] >= step) {
                throw new Killed();
            }
        });
    }

    /** Whether the work was interrupted. */
    private static boolean isKilled(ContentStore store, Work work) throws IOException {
        try {
            work.on(store);
            return false;
        } catch (Killed e) {
            return true;
        }
    }

    private static void add(ContentStore store) throws IOException {
        store.add(new ByteArrayInputStream(CONTENT));
    }

    private static void receive(ContentStore store) {
        try (ContentWriter writer = store.write(LIST)) {
            for (int index = writer.nextChunk(); index < LIST.chunkCount(); index++) {
                writer.put(index, Contents.chunk(CONTENT, index));
            }
            writer.finish();
        }
    }

    /** Interrupts at each step, checks, does it again to the end, and checks again. */
    private void interrupt(Work before, Work work, Checked checked) throws Exception {
        for (int step = 1; step <= STEPS_MAX; step++) {
            Path place = directory.resolve("killed-" + step);
            before.on(ContentStore.open(place, LIMITS, cipher()));
            boolean killed = isKilled(ContentStore.open(place, LIMITS, killedBefore(step), cipher()), work);
            Files.writeString(place.resolve("incoming").resolve("99"), "left behind");
            ContentStore after = ContentStore.open(place, LIMITS, cipher());
            if (after.isHere(LIST.hash())) {
                assertThat(Contents.read(after, LIST.hash())).isEqualTo(CONTENT);
            }
            checked.check(after);
            work.on(after);
            checked.check(after);
            assertThat(place.resolve("incoming")).isEmptyDirectory();
            if (!killed) {
                assertThat(step).isGreaterThan(3);
                return;
            }
        }
        throw new AssertionError("the work has more steps than expected");
    }

    /** What holds after each crash. */
    private interface Checked {
        void check(ContentStore store) throws Exception;
    }

    @Test
    void whatIsAddedIsWholeAndWaitsOrIsNotThere() throws Exception {
        interrupt(
                store -> {},
                ContentStoreCrashTest::add,
                store -> assertThat(
                                !store.isHere(LIST.hash()) || store.waiting().contains(LIST.hash()))
                        .isTrue());
    }

    @Test
    void whatComesIsWholeOrGoesOn() throws Exception {
        interrupt(store -> {}, ContentStoreCrashTest::receive, store -> {});
        ContentStore last = ContentStore.open(directory.resolve("killed-4"), LIMITS, cipher());
        assertThat(Contents.read(last, LIST.hash())).isEqualTo(CONTENT);
    }

    @Test
    void whatIsEvictedIsWholeOrKnownToBeEvicted() throws Exception {
        interrupt(
                store -> {
                    add(store);
                    store.sent(LIST.hash());
                },
                store -> store.evict(LIST.hash()),
                store -> assertThat(store.isHere(LIST.hash()) || store.isEvicted(LIST.hash()))
                        .isTrue());
    }

    @Test
    void whatWasSentStaysHere() throws Exception {
        interrupt(
                ContentStoreCrashTest::add,
                store -> {
                    store.sent(LIST.hash());
                    store.await(LIST.hash());
                },
                store -> assertThat(store.isHere(LIST.hash())).isTrue());
    }
}
