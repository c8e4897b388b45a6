package io.anabranch.replica.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What every {@link Storage} promises of families that are exchanged, cleared or filled by parts. */
abstract class ExchangeContract extends StorageFixture {

    @Test
    void exchangedFamiliesHaveWhatTheOtherHadForReadersAllAtOnce() {
        put(A, "x", "1", "y", "2");
        Snapshot before = storage.snapshot();
        WriteBatch batch = new WriteBatch();
        batch.put(A, bytes("z"), bytes("goes to B"));
        batch.exchange(A, B);
        batch.put(A, bytes("new"), bytes("in A"));
        batch.delete(B, bytes("y"));
        storage.write(batch, Durability.SYNC);
        assertThat(entries(storage.scan(A, bytes(""), null))).containsExactly("new=in A");
        assertThat(entries(storage.scan(B, bytes(""), null))).containsExactly("x=1", "z=goes to B");
        assertThat(entries(before.scan(A, bytes(""), null))).containsExactly("x=1", "y=2");
        before.close();
        storage.close();
        storage = reopen(storage);
        assertThat(entries(storage.scan(A, bytes(""), null))).containsExactly("new=in A");
        WriteBatch back = new WriteBatch();
        back.exchange(B, A);
        storage.write(back, Durability.BUFFERED);
        assertThat(storage.get(A, bytes("x"))).isEqualTo(bytes("1"));
    }

    @Test
    void partsAreSeenWhenTheyAreIngestedAndNotBefore() {
        put(A, "b", "old");
        part("p1", "c", "1", "d", "2");
        part("p2", "a", "3");
        try (PartWriter unfinished = storage.writePart("p3")) {
            unfinished.put(bytes("e"), bytes(""));
        }
        assertThat(storage.parts()).containsExactlyInAnyOrder("p1", "p2");
        assertThat(keys(storage.scan(A, bytes(""), null))).containsExactly("b");
        storage.close();
        storage = reopen(storage);
        assertThat(storage.parts()).containsExactlyInAnyOrder("p1", "p2");
        storage.ingest(A, List.of("p1", "p2"));
        assertThat(entries(storage.scan(A, bytes(""), null))).containsExactly("a=3", "b=old", "c=1", "d=2");
        assertThat(storage.parts()).isEmpty();
        part("p4", "q", "");
        storage.deleteParts(List.of("p4", "unknown"));
        assertThat(storage.parts()).isEmpty();
    }

    @Test
    void aPartTakesKeysInTheirOrderOnly() {
        try (PartWriter part = storage.writePart("p")) {
            part.put(bytes("b"), bytes(""));
            assertThatIllegalArgumentException().isThrownBy(() -> part.put(bytes("b"), bytes("")));
        }
    }

    @Test
    void aClearedFamilyIsEmptyAndTakesWritesAndExchanges() {
        put(A, "x", "1");
        put(B, "y", "2");
        WriteBatch batch = new WriteBatch();
        batch.exchange(A, B);
        storage.write(batch, Durability.BUFFERED);
        assertThat(storage.clear(B)).isTrue();
        assertThat(keys(storage.scan(B, bytes(""), null))).isEmpty();
        put(B, "z", "3");
        storage.write(batch, Durability.BUFFERED);
        assertThat(entries(storage.scan(A, bytes(""), null))).containsExactly("z=3");
        storage.close();
        storage = reopen(storage);
        assertThat(entries(storage.scan(A, bytes(""), null))).containsExactly("z=3");
        assertThat(entries(storage.scan(B, bytes(""), null))).containsExactly("y=2");
    }

    private void part(String name, String... keysAndValues) {
        try (PartWriter part = storage.writePart(name)) {
            for (int i = 0; i < keysAndValues.length; i += 2) {
                part.put(bytes(keysAndValues[i]), bytes(keysAndValues[i + 1]));
            }
            part.finish();
        }
    }
}
