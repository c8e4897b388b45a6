package io.anabranch.replica.storage;

import static io.anabranch.replica.storage.StorageContract.A;
import static io.anabranch.replica.storage.StorageContract.B;
import static io.anabranch.replica.storage.StorageContract.bytes;
import static io.anabranch.replica.storage.StorageContract.entries;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class MemoryStorageLaws {
    @Property(tries = 300)
    void aCrashKeepsWhatWasSyncedAndAPrefixOfWholeBatches(@ForAll List<Durability> writes, @ForAll long seed) {
        MemoryStorage storage = new MemoryStorage(List.of(A, B));
        int synced = 0;
        for (int i = 0; i < writes.size(); i++) {
            write(storage, i, writes.get(i));
            synced = writes.get(i) == Durability.SYNC ? i + 1 : synced;
        }
        MemoryStorage found = storage.crash(new Random(seed));
        List<String> kept = entries(found.scan(A, bytes(""), null));
        assertThat(kept).hasSizeBetween(synced, writes.size());
        assertThat(entries(found.scan(B, bytes(""), null))).isEqualTo(kept);
        for (int i = 0; i < kept.size(); i++) {
            assertThat(kept.get(i)).isEqualTo((char) i + "=");
        }
    }

    @Test
    void everyPrefixOfTheBufferedWritesCanSurvive() {
        Set<Integer> kept = new HashSet<>();
        Random random = new Random(7);
        for (int run = 0; run < 200; run++) {
            MemoryStorage storage = new MemoryStorage(List.of(A, B));
            write(storage, 0, Durability.SYNC);
            write(storage, 1, Durability.BUFFERED);
            write(storage, 2, Durability.BUFFERED);
            kept.add(entries(storage.crash(random).scan(A, bytes(""), null)).size());
        }
        assertThat(kept).containsExactlyInAnyOrder(1, 2, 3);
    }

    @Test
    void anEmptySyncedBatchMakesWhatWasWrittenDurable() {
        for (int seed = 0; seed < 20; seed++) {
            MemoryStorage storage = new MemoryStorage(List.of(A, B));
            write(storage, 0, Durability.BUFFERED);
            storage.write(new WriteBatch(), Durability.SYNC);
            assertThat(entries(storage.crash(new Random(seed)).scan(A, bytes(""), null)))
                    .hasSize(1);
        }
    }

    @Test
    void aCrashedStoreCannotBeUsed() {
        MemoryStorage storage = new MemoryStorage(List.of(A, B));
        Scan scan = storage.scan(A, bytes(""), null);
        storage.crash(new Random(1));
        assertThatIllegalStateException().isThrownBy(() -> storage.get(A, bytes("x")));
        assertThatIllegalStateException().isThrownBy(() -> write(storage, 1, Durability.SYNC));
        assertThatIllegalStateException().isThrownBy(scan::next);
        assertThatIllegalStateException().isThrownBy(() -> storage.crash(new Random(1)));
    }

    private static void write(Storage storage, int number, Durability durability) {
        WriteBatch batch = new WriteBatch();
        batch.put(A, bytes("" + (char) number), new byte[0]);
        batch.put(B, bytes("" + (char) number), new byte[0]);
        storage.write(batch, durability);
    }
}
