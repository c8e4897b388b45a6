package io.anabranch.replica.storage;

import static io.anabranch.replica.storage.StorageContract.A;
import static io.anabranch.replica.storage.StorageContract.B;
import static io.anabranch.replica.storage.StorageContract.bytes;
import static io.anabranch.replica.storage.StorageContract.entries;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksDbStorageTest {
    private static final int KEYS = 5_000;

    private Path dir;

    @BeforeEach
    void choosesADirectory(@TempDir Path temporary) {
        dir = temporary.resolve("store");
    }

    @Test
    void aStoreIsOpenedOnceInAProcess() {
        try (Storage storage = open(A)) {
            StorageException failure = failure(() -> open(A));
            assertThat(failure).hasMessageStartingWith(RocksDbFailures.OPEN_HERE);
            assertThat(failure.details()).containsEntry("path", dir.toString());
            assertThat(storage.get(A, bytes("x"))).isNull();
        }
        open(A).close();
    }

    @Test
    void aStoreInUseByAnotherProcessSaysSo() throws Exception {
        try (StorageProcess process = StorageProcess.start(dir, 1)) {
            process.line();
            StorageException failure = failure(() -> open(A, B));
            assertThat(failure).hasMessageStartingWith(RocksDbFailures.IN_USE);
            assertThat(failure.details()).containsEntry("path", dir.toString());
            process.kill();
        }
        open(A, B).close();
    }

    @Test
    void whatWasAcknowledgedSurvivesTheKillOfTheProcess() throws Exception {
        int acknowledged;
        try (StorageProcess process = StorageProcess.start(dir, 100)) {
            for (int i = 0; i < 300; i++) {
                assertThat(process.line()).isEqualTo("" + i);
            }
            acknowledged = 300 + completeLines(process.kill());
        }
        try (Storage storage = open(A, B)) {
            for (int i = 0; i < acknowledged; i++) {
                assertThat(storage.get(A, StorageProcess.key(i))).hasSize(100);
                assertThat(storage.get(B, StorageProcess.key(i))).hasSize(100);
            }
            assertThat(entries(storage.scan(A, new byte[0], null)))
                    .isEqualTo(entries(storage.scan(B, new byte[0], null)));
        }
    }

    @Test
    void aTornTailOfTheLogIsCutAndTheRestKept() throws IOException {
        try (Storage storage = open(A)) {
            write(storage, 0, 100);
            write(storage, 100, 200);
        }
        Path log = file(".log");
        byte[] content = Files.readAllBytes(log);
        byte[] torn = Arrays.copyOf(content, content.length - 7 + 4096);
        new Random(1).nextBytes(torn);
        System.arraycopy(content, 0, torn, 0, content.length - 7);
        Files.write(log, torn);
        try (Storage storage = open(A)) {
            assertThat(entries(storage.scan(A, new byte[0], null))).hasSize(100);
        }
    }

    @Test
    void familiesOfANewerVersionAreKept() {
        try (Storage storage = open(A, B)) {
            write(storage, 0, 10);
            WriteBatch batch = new WriteBatch();
            batch.put(B, bytes("x"), bytes("1"));
            storage.write(batch, Durability.SYNC);
        }
        Family c = new Family("c");
        try (Storage storage = open(A, c)) {
            assertThat(storage.get(c, bytes("x"))).isNull();
            assertThat(storage.get(A, key(3))).isNotNull();
            assertThat(catchThrowableOfType(IllegalArgumentException.class, () -> storage.get(B, bytes("x"))))
                    .isNotNull();
        }
        try (Storage storage = open(A, B, c)) {
            assertThat(storage.get(B, bytes("x"))).isEqualTo(bytes("1"));
        }
    }

    @Test
    void aDamagedCurrentFileIsNamed() throws IOException {
        fill();
        Files.write(dir.resolve("CURRENT"), new byte[0]);
        assertDamaged(failure(() -> open(A)), "CURRENT");
    }

    @Test
    void aStoreThatLostItsCurrentFileIsNotTakenForANewOne() throws IOException {
        fill();
        Files.delete(dir.resolve("CURRENT"));
        assertDamaged(failure(() -> open(A)), "CURRENT");
    }

    @Test
    void aDamagedManifestIsNamed() throws IOException {
        fill();
        Path manifest = file("MANIFEST");
        Files.write(manifest, Arrays.copyOf(Files.readAllBytes(manifest), 30));
        assertDamaged(failure(() -> open(A)), name(manifest));
        Files.delete(manifest);
        assertDamaged(failure(() -> open(A)), name(manifest));
    }

    @Test
    void aSortedFileThatIsShortOrMissingIsNamed() throws IOException {
        fill();
        Path sorted = file(".sst");
        Files.write(sorted, Arrays.copyOf(Files.readAllBytes(sorted), 100));
        assertDamaged(failure(() -> open(A)), name(sorted));
        Files.delete(sorted);
        assertDamaged(failure(() -> open(A)), name(sorted));
    }

    @Test
    void aDamagedBlockFailsEveryWayToReadItAndNeverReadsAsMissing() throws IOException {
        fill();
        Path sorted = file(".sst");
        byte[] content = Files.readAllBytes(sorted);
        for (int i = content.length / 3; i < content.length / 3 + 50; i++) {
            content[i] ^= 0x55;
        }
        Files.write(sorted, content);
        try (Storage storage = open(A)) {
            List<byte[]> keys =
                    IntStream.range(0, KEYS).mapToObj(RocksDbStorageTest::key).toList();
            assertDamagedInUse(failure(() -> keys.forEach(key -> storage.get(A, key))), name(sorted));
            assertDamagedInUse(failure(() -> storage.getAll(A, keys)), name(sorted));
            assertDamagedInUse(failure(() -> entries(storage.scan(A, new byte[0], null))), name(sorted));
            assertDamagedInUse(failure(() -> entries(storage.scanBackward(A, new byte[0], null))), name(sorted));
            try (Snapshot snapshot = storage.snapshot()) {
                assertDamagedInUse(failure(() -> snapshot.getAll(A, keys)), name(sorted));
            }
            assertThat(storage.get(A, key(0))).isNotNull();
        }
    }

    @Test
    void afterAFailedWriteAllLaterOnesFailUntilTheStoreIsReopened() throws Exception {
        int acknowledged = 0;
        // The limit stands for a full disk; it leaves room for the native library.
        try (StorageProcess process =
                StorageProcess.start(dir, 500_000, "bash", "-c", "ulimit -f 24000; exec \"$@\"", "bash")) {
            String line = process.line();
            while (line.equals("" + acknowledged)) {
                acknowledged++;
                line = process.line();
            }
            assertThat(line).containsAnyOf(RocksDbFailures.FAILED, RocksDbFailures.DISK_FULL);
            assertThat(process.line()).startsWith(RocksDbFailures.STOPPED);
            assertThat(process.line()).startsWith(RocksDbFailures.STOPPED);
            process.kill();
        }
        assertThat(acknowledged).isPositive();
        try (Storage storage = open(A, B)) {
            assertThat(storage.get(B, StorageProcess.key(acknowledged - 1))).isNotNull();
            write(storage, 0, 1);
        }
    }

    @Test
    void dozensOfStoresFitAProcess() throws IOException {
        List<Family> families =
                IntStream.range(0, 10).mapToObj(i -> new Family("f" + i)).toList();
        long before = residentBytes();
        List<Storage> stores = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Storage storage = RocksDbStorage.open(dir.resolve("" + i), families, RocksDbOptions.sharing());
            WriteBatch batch = new WriteBatch();
            families.forEach(family -> batch.put(family, bytes("x"), bytes("1")));
            storage.write(batch, Durability.BUFFERED);
            stores.add(storage);
        }
        long each = (residentBytes() - before) / stores.size();
        stores.forEach(Storage::close);
        assertThat(each).isLessThan(4 << 20);
    }

    @Test
    void statisticsCountWhatTheStoreTakes() {
        RocksDbOptions options = RocksDbOptions.defaults().withStatistics(true);
        try (Storage storage = RocksDbStorage.open(dir, List.of(A), options)) {
            write(storage, 0, 100);
            storage.get(A, key(5));
            StorageStatistics statistics = storage.statistics();
            assertThat(statistics.diskBytes()).isPositive();
            assertThat(statistics.writeBufferBytes()).isPositive();
            assertThat(statistics.blockCacheBytes()).isNotNegative();
            assertThat(statistics.counters()).containsEntry("estimate-num-keys", 100L);
            assertThat(statistics.counters().get("bytes-written")).isPositive();
            assertThat(statistics.counters().get("wal-file-synced")).isPositive();
        }
    }

    /** A store of which some is in sorted files: reopening writes the log into them. */
    private void fill() {
        for (int part = 0; part < 2; part++) {
            try (Storage storage = open(A)) {
                write(storage, part * KEYS / 2, (part + 1) * KEYS / 2);
            }
        }
        open(A).close();
    }

    private Storage open(Family... families) {
        return RocksDbStorage.open(dir, List.of(families), RocksDbOptions.sharing());
    }

    private static void write(Storage storage, int from, int end) {
        WriteBatch batch = new WriteBatch();
        Random random = new Random(from);
        for (int i = from; i < end; i++) {
            byte[] value = new byte[100];
            random.nextBytes(value);
            batch.put(A, key(i), value);
        }
        storage.write(batch, Durability.SYNC);
    }

    private static byte[] key(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }

    private Path file(String part) throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            return files.filter(file -> name(file).contains(part))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private static int completeLines(List<String> lines) {
        // The kill may have cut the last line.
        return Math.max(0, lines.size() - 1);
    }

    private static StorageException failure(ThrowingCallable call) {
        StorageException failure = catchThrowableOfType(StorageException.class, call);
        assertThat(failure).isNotNull();
        return failure;
    }

    private void assertDamaged(StorageException failure, String file) {
        assertDamaged(failure, file, RocksDbFailures.DAMAGED);
    }

    private void assertDamagedInUse(StorageException failure, String file) {
        assertDamaged(failure, file, RocksDbFailures.DAMAGED_IN_USE);
    }

    private void assertDamaged(StorageException failure, String file, String message) {
        assertThat(failure).hasMessageStartingWith(message);
        assertThat(failure.details()).containsEntry("path", dir.toString()).containsEntry("file", file);
    }

    private static long residentBytes() throws IOException {
        return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ", -1)[1]) * 4096;
    }
}
