package io.anabranch.replica.storage;

import static io.anabranch.replica.storage.StorageContract.A;
import static io.anabranch.replica.storage.StorageContract.B;
import static io.anabranch.replica.storage.StorageContract.entries;
import static io.anabranch.replica.storage.StorageContract.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** Random batches, reads and reopenings give what a sorted map of the JDK gives. */
class StorageModelLaws {
    private static final RocksDbOptions OPTIONS = RocksDbOptions.sharing();
    private static final int ROUNDS = 40;

    @Property(tries = 200)
    void memoryStorageIsASortedMap(@ForAll long seed) {
        Random random = new Random(seed);
        Model model = new Model(random);
        MemoryStorage storage = new MemoryStorage(List.of(A, B));
        for (int round = 0; round < ROUNDS; round++) {
            model.write(storage);
            model.check(storage);
        }
    }

    @Property(tries = 12)
    void rocksDbStorageIsASortedMap(@ForAll long seed) throws IOException {
        Path dir = Files.createTempDirectory("model");
        Random random = new Random(seed);
        Model model = new Model(random);
        RocksDbStorage storage = RocksDbStorage.open(dir, List.of(A, B), OPTIONS);
        for (int round = 0; round < ROUNDS; round++) {
            model.write(storage);
            model.check(storage);
            if (random.nextInt(12) == 0) {
                storage.close();
                storage = RocksDbStorage.open(dir, List.of(A, B), OPTIONS);
                model.check(storage);
            }
        }
        storage.close();
        delete(dir);
    }

    private static void delete(Path dir) throws IOException {
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static final class Model {
        private final Random random;
        private final List<NavigableMap<byte[], byte[]>> families =
                List.of(new TreeMap<>(Arrays::compareUnsigned), new TreeMap<>(Arrays::compareUnsigned));

        Model(Random random) {
            this.random = random;
        }

        void write(Storage storage) {
            WriteBatch batch = new WriteBatch();
            for (int change = random.nextInt(30); change > 0; change--) {
                change(batch, random.nextInt(2));
            }
            storage.write(batch, random.nextBoolean() ? Durability.SYNC : Durability.BUFFERED);
        }

        private void change(WriteBatch batch, int family) {
            byte[] key = key();
            NavigableMap<byte[], byte[]> model = families.get(family);
            switch (random.nextInt(8)) {
                case 0, 1 -> {
                    batch.delete(name(family), key);
                    model.remove(key);
                }
                case 2 -> {
                    byte[] end = key();
                    batch.deleteRange(name(family), key, end);
                    range(model, key, end).clear();
                }
                default -> {
                    byte[] value = new byte[random.nextInt(300)];
                    random.nextBytes(value);
                    batch.put(name(family), key, value);
                    model.put(key, value);
                }
            }
        }

        void check(Storage storage) {
            int family = random.nextInt(2);
            NavigableMap<byte[], byte[]> model = families.get(family);
            List<byte[]> keys = List.of(key(), key(), key());
            assertThat(storage.getAll(name(family), keys))
                    .usingElementComparator(Comparator.comparing(StorageContract::text))
                    .containsExactlyElementsOf(keys.stream().map(model::get).toList());
            byte[] from = random.nextInt(4) == 0 ? new byte[0] : key();
            byte[] end = random.nextInt(4) == 0 ? null : key();
            NavigableMap<byte[], byte[]> range = range(model, from, end);
            assertThat(entries(storage.scan(name(family), from, end))).isEqualTo(entriesOf(range));
            assertThat(entries(storage.scanBackward(name(family), from, end)))
                    .isEqualTo(entriesOf(range.descendingMap()));
        }

        private byte[] key() {
            byte[] key = new byte[random.nextInt(3)];
            for (int i = 0; i < key.length; i++) {
                key[i] = (byte) (random.nextInt(8) * 36);
            }
            return key;
        }

        private static Family name(int family) {
            return family == 0 ? A : B;
        }

        private static NavigableMap<byte[], byte[]> range(
                NavigableMap<byte[], byte[]> model, byte[] from, byte @Nullable [] end) {
            if (end == null) {
                return model.tailMap(from, true);
            }
            return Arrays.compareUnsigned(from, end) < 0
                    ? model.subMap(from, true, end, false)
                    : new TreeMap<>(Arrays::compareUnsigned);
        }

        private static List<String> entriesOf(NavigableMap<byte[], byte[]> range) {
            List<String> entries = new ArrayList<>();
            range.forEach((key, value) -> entries.add(text(key) + "=" + text(value)));
            return entries;
        }
    }
}
