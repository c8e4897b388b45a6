package io.anabranch.replica.storage;

import static io.anabranch.replica.storage.StorageFixture.entries;
import static io.anabranch.replica.storage.StorageFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.replica.encryption.Keys;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.BeforeTry;

/** A hidden family is a sorted map, whatever it went through, and takes no more than its share of space. */
class BlockTreeLaws {

    private static final Family A = new Family("a");
    private static final Family B = new Family("b");
    private static final EncryptedFamilies HIDDEN = new EncryptedFamilies(Set.of(A, B), Map.of(B, A), A);

    private MemoryStorage below = new MemoryStorage(List.of(A, B));
    private EncryptedStorage storage = new EncryptedStorage(below, Keys.store(1), HIDDEN);

    @BeforeTry
    void begin() {
        below = new MemoryStorage(List.of(A, B));
        storage = new EncryptedStorage(below, Keys.store(1), HIDDEN);
    }

    @Property(tries = 60)
    void itIsASortedMap(@ForAll long seed) {
        Random random = new Random(seed);
        int spread = 1 << (4 + random.nextInt(12));
        NavigableMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
        for (int round = 0; round < 25; round++) {
            change(random, spread, model);
            assertThat(entries(storage.scan(A, new byte[0], null))).isEqualTo(entriesOf(model));
            checkParts(random, spread, model);
        }
    }

    private void change(Random random, int spread, NavigableMap<byte[], byte[]> model) {
        WriteBatch batch = new WriteBatch();
        int kind = random.nextInt(4);
        for (int i = random.nextInt(kind == 0 ? 3 : 600); i > 0; i--) {
            byte[] key = key(random, spread);
            if (random.nextInt(kind == 1 ? 2 : 8) == 0) {
                batch.delete(A, key);
                model.remove(key);
            } else {
                byte[] value = new byte[random.nextInt(20)];
                random.nextBytes(value);
                batch.put(A, key, value);
                model.put(key, value);
            }
            if (random.nextInt(kind == 2 ? 20 : 500) == 0) {
                byte[] end = key(random, spread);
                batch.deleteRange(A, key, end);
                if (Arrays.compareUnsigned(key, end) < 0) {
                    model.subMap(key, end).clear();
                }
            }
        }
        storage.write(batch, Durability.BUFFERED);
    }

    private void checkParts(Random random, int spread, NavigableMap<byte[], byte[]> model) {
        for (int i = 0; i < 5; i++) {
            byte[] from = key(random, spread);
            byte[] end = key(random, spread);
            NavigableMap<byte[], byte[]> range = Arrays.compareUnsigned(from, end) < 0
                    ? model.subMap(from, true, end, false)
                    : new TreeMap<>(Arrays::compareUnsigned);
            assertThat(entries(storage.scan(A, from, end))).isEqualTo(entriesOf(range));
            assertThat(entries(storage.scanBackward(A, from, end))).isEqualTo(entriesOf(range.descendingMap()));
            assertThat(entries(storage.scanBackward(A, from, null)))
                    .isEqualTo(entriesOf(model.tailMap(from, true).descendingMap()));
            assertThat(text(storage.get(A, from))).isEqualTo(text(model.get(from)));
            try (Scan scan = storage.scan(A, new byte[0], null)) {
                byte[] ceiling = model.ceilingKey(from);
                assertThat(scan.seek(from)).isEqualTo(ceiling != null);
                assertThat(text(ceiling == null ? null : scan.key())).isEqualTo(text(ceiling));
                boolean more = ceiling != null && model.higherKey(ceiling) != null;
                assertThat(scan.next()).isEqualTo(more);
            }
        }
    }

    @Example
    void nodesAreReasonablyFullAfterGrowingAndShrinking() {
        Random random = new Random(1);
        for (int round = 0; round < 200; round++) {
            WriteBatch batch = new WriteBatch();
            for (int i = 0; i < 100; i++) {
                batch.put(A, ByteBuffer.allocate(20).putLong(random.nextLong()).array(), new byte[1]);
            }
            storage.write(batch, Durability.BUFFERED);
        }
        assertThat(nodes()).isLessThan(20_000 * 24 / BlockTree.NODE_SIZE_MAX * 9 / 4);
        List<byte[]> keys = new ArrayList<>();
        try (Scan scan = storage.scan(A, new byte[0], null)) {
            while (scan.next()) {
                keys.add(scan.key());
            }
        }
        for (int i = 0; i < keys.size(); i += 100) {
            WriteBatch batch = new WriteBatch();
            keys.subList(i + 1, Math.min(i + 100, keys.size())).forEach(key -> batch.delete(A, key));
            storage.write(batch, Durability.BUFFERED);
        }
        assertThat(nodes()).isLessThan(30);
        WriteBatch rest = new WriteBatch();
        rest.deleteRange(A, new byte[0], new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1});
        storage.write(rest, Durability.BUFFERED);
        assertThat(nodes()).isEqualTo(1);
    }

    @Example
    void neitherKeysNorValuesAreBelow() {
        WriteBatch batch = new WriteBatch();
        for (int i = 0; i < 2000; i++) {
            batch.put(A, StorageFixture.bytes("secret key " + i), StorageFixture.bytes("secret value " + i));
        }
        storage.write(batch, Durability.BUFFERED);
        assertThat(entries(below.scan(A, new byte[0], null)))
                .isNotEmpty()
                .noneMatch(entry -> entry.contains("secret") || entry.contains("key"));
    }

    @Property(tries = 100)
    void aFlippedBitIsAnErrorAndNeverOtherContent(@ForAll long seed) {
        Random random = new Random(seed);
        WriteBatch batch = new WriteBatch();
        for (int i = 0; i < 500; i++) {
            byte[] key = key(random, 1 << 14);
            batch.put(A, key, key);
        }
        storage.write(batch, Durability.BUFFERED);
        List<byte[]> keys = new ArrayList<>();
        try (Scan scan = below.scan(A, new byte[0], null)) {
            while (scan.next()) {
                keys.add(scan.key());
            }
        }
        byte[] key = keys.get(random.nextInt(keys.size()));
        byte[] value = Objects.requireNonNull(below.get(A, key));
        value[random.nextInt(value.length)] ^= (byte) (1 << random.nextInt(8));
        WriteBatch damage = new WriteBatch();
        damage.put(A, key, value);
        below.write(damage, Durability.BUFFERED);
        assertThatThrownBy(() -> entries(storage.scan(A, new byte[0], null)))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("damaged");
    }

    @Example
    void blocksOfOneStoreAreNotReadInAnotherPlaceOrWithAnotherKey() {
        WriteBatch batch = new WriteBatch();
        batch.put(A, new byte[] {1}, new byte[] {1});
        storage.write(batch, Durability.BUFFERED);
        EncryptedStorage other = new EncryptedStorage(below, Keys.store(2), HIDDEN);
        assertThatThrownBy(() -> other.get(A, new byte[] {1})).isInstanceOf(StorageException.class);
        EncryptedStorage apart =
                new EncryptedStorage(below, Keys.store(1), new EncryptedFamilies(Set.of(A, B), Map.of(A, B), A));
        assertThatThrownBy(() -> apart.get(A, new byte[] {1})).isInstanceOf(StorageException.class);
    }

    private int nodes() {
        int count = 0;
        try (Scan scan = below.scan(A, new byte[0], null)) {
            while (scan.next()) {
                count++;
            }
        }
        return count;
    }

    private static byte[] key(Random random, int spread) {
        byte[] key = new byte[random.nextInt(10) == 0 ? random.nextInt(200) : 12];
        return numbered(key, random.nextInt(spread));
    }

    private static byte[] numbered(byte[] key, int number) {
        if (key.length >= Integer.BYTES) {
            ByteBuffer.wrap(key).putInt(number);
        }
        return key;
    }

    private static List<String> entriesOf(NavigableMap<byte[], byte[]> model) {
        List<String> entries = new ArrayList<>();
        model.forEach((key, value) -> entries.add(text(key) + "=" + text(value)));
        return entries;
    }
}
