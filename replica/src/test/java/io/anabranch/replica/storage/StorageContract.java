package io.anabranch.replica.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What every {@link Storage} promises. */
abstract class StorageContract extends ExchangeContract {

    @Test
    void aMissingKeyHasNoValue() {
        assertThat(storage.get(A, bytes("x"))).isNull();
    }

    @Test
    void aFamilySeesNothingOfAnother() {
        put(A, "x", "1");
        assertThat(storage.get(A, bytes("x"))).isEqualTo(bytes("1"));
        assertThat(storage.get(B, bytes("x"))).isNull();
        assertThat(keys(storage.scan(B, bytes(""), null))).isEmpty();
    }

    @Test
    void theEmptyKeyAndTheEmptyValueAreLegal() {
        put(A, "", "");
        assertThat(storage.get(A, bytes(""))).isEmpty();
        assertThat(keys(storage.scan(A, bytes(""), null))).containsExactly("");
        assertThat(keys(storage.scanBackward(A, bytes(""), null))).containsExactly("");
    }

    @Test
    void ofTwoChangesInABatchTheLaterWins() {
        WriteBatch batch = new WriteBatch();
        batch.put(A, bytes("x"), bytes("1"));
        batch.put(A, bytes("x"), bytes("2"));
        batch.put(A, bytes("y"), bytes("1"));
        batch.delete(A, bytes("y"));
        batch.deleteRange(A, bytes("z"), bytes("zz"));
        batch.put(A, bytes("z"), bytes("kept"));
        storage.write(batch, Durability.SYNC);
        assertThat(entries(storage.scan(A, bytes(""), null))).containsExactly("x=2", "z=kept");
    }

    @Test
    void manyValuesComeInTheOrderAsked() {
        put(A, "x", "1", "y", "2");
        List<byte[]> values = storage.getAll(A, List.of(bytes("y"), bytes("none"), bytes("x"), bytes("y")));
        assertThat(values).containsExactly(bytes("2"), null, bytes("1"), bytes("2"));
        assertThat(storage.getAll(A, List.of())).isEmpty();
    }

    @Test
    void aScanIncludesItsStartAndExcludesItsEndInBothDirections() {
        put(A, "a", "", "b", "", "c", "", "d", "");
        assertThat(keys(storage.scan(A, bytes("b"), bytes("d")))).containsExactly("b", "c");
        assertThat(keys(storage.scanBackward(A, bytes("b"), bytes("d")))).containsExactly("c", "b");
        assertThat(keys(storage.scan(A, bytes("bb"), bytes("cc")))).containsExactly("c");
        assertThat(keys(storage.scanBackward(A, bytes("aa"), bytes("bb")))).containsExactly("b");
        assertThat(keys(storage.scan(A, bytes("c"), null))).containsExactly("c", "d");
        assertThat(keys(storage.scanBackward(A, bytes("c"), null))).containsExactly("d", "c");
        assertThat(keys(storage.scanBackward(A, bytes(""), null))).containsExactly("d", "c", "b", "a");
    }

    @Test
    void aRangeWhoseEndIsNotGreaterThanItsStartIsEmpty() {
        put(A, "", "", "b", "", "c", "");
        for (String[] range : new String[][] {{"b", "b"}, {"c", "b"}, {"b", ""}, {"", ""}}) {
            assertThat(keys(storage.scan(A, bytes(range[0]), bytes(range[1])))).isEmpty();
            assertThat(keys(storage.scanBackward(A, bytes(range[0]), bytes(range[1]))))
                    .isEmpty();
        }
        WriteBatch batch = new WriteBatch();
        batch.deleteRange(A, bytes("c"), bytes("b"));
        assertThat(batch.isEmpty()).isTrue();
    }

    @Test
    void keysAreComparedAsUnsignedBytesAndPrefixesComeFirst() {
        List<byte[]> ordered = List.of(
                new byte[] {0},
                new byte[] {0, 0},
                new byte[] {1},
                new byte[] {127},
                new byte[] {(byte) 128},
                new byte[] {(byte) 255},
                new byte[] {(byte) 255, 0});
        WriteBatch batch = new WriteBatch();
        for (int i = ordered.size() - 1; i >= 0; i--) {
            batch.put(A, ordered.get(i), new byte[] {(byte) i});
        }
        storage.write(batch, Durability.BUFFERED);
        List<byte[]> found = new ArrayList<>();
        try (Scan scan = storage.scan(A, new byte[0], null)) {
            while (scan.next()) {
                found.add(scan.key());
            }
        }
        assertThat(found).containsExactlyElementsOf(ordered);
    }

    @Test
    void aDeletedRangeIncludesItsStartAndExcludesItsEnd() {
        put(A, "a", "", "b", "", "c", "", "d", "");
        put(B, "b", "");
        WriteBatch batch = new WriteBatch();
        batch.deleteRange(A, bytes("b"), bytes("d"));
        storage.write(batch, Durability.SYNC);
        assertThat(keys(storage.scan(A, bytes(""), null))).containsExactly("a", "d");
        assertThat(storage.getAll(A, List.of(bytes("b"), bytes("d")))).containsExactly(null, bytes(""));
        assertThat(storage.get(B, bytes("b"))).isNotNull();
    }

    @Test
    void aScanSeesTheStateWhenItWasOpened() {
        put(A, "a", "1", "b", "1");
        try (Scan scan = storage.scan(A, bytes(""), null);
                Scan backward = storage.scanBackward(A, bytes(""), null)) {
            put(A, "a", "2", "c", "2");
            delete(A, "b");
            assertThat(entries(scan)).containsExactly("a=1", "b=1");
            assertThat(entries(backward)).containsExactly("b=1", "a=1");
        }
    }

    @Test
    void aSnapshotSeesTheStateWhenItWasTaken() {
        put(A, "a", "1", "b", "1");
        try (Snapshot snapshot = storage.snapshot()) {
            put(A, "a", "2", "c", "2");
            put(B, "a", "2");
            delete(A, "b");
            assertThat(snapshot.get(A, bytes("a"))).isEqualTo(bytes("1"));
            assertThat(snapshot.get(B, bytes("a"))).isNull();
            assertThat(snapshot.getAll(A, List.of(bytes("b"), bytes("c")))).containsExactly(bytes("1"), null);
            assertThat(entries(snapshot.scan(A, bytes(""), null))).containsExactly("a=1", "b=1");
            assertThat(entries(snapshot.scanBackward(A, bytes(""), null))).containsExactly("b=1", "a=1");
        }
        assertThat(entries(storage.scan(A, bytes(""), null))).containsExactly("a=2", "c=2");
    }

    @Test
    void aScanOutlivesItsSnapshot() {
        put(A, "a", "1", "b", "1");
        Scan scan;
        try (Snapshot snapshot = storage.snapshot()) {
            put(A, "a", "2");
            scan = snapshot.scan(A, bytes(""), null);
        }
        assertThat(entries(scan)).containsExactly("a=1", "b=1");
    }

    @Test
    void arraysHandedInAndOutAreIndependentOfTheStore() {
        byte[] key = bytes("k");
        byte[] value = bytes("v");
        WriteBatch batch = new WriteBatch();
        batch.put(A, key, value);
        storage.write(batch, Durability.BUFFERED);
        key[0] = 0;
        value[0] = 0;
        Objects.requireNonNull(storage.get(A, bytes("k")))[0] = 0;
        try (Scan scan = storage.scan(A, bytes(""), null)) {
            scan.next();
            scan.key()[0] = 0;
            scan.value()[0] = 0;
        }
        assertThat(entries(storage.scan(A, bytes(""), null))).containsExactly("k=v");
    }

    @Test
    void aBatchNamingAnUnknownFamilyWritesNothing() {
        WriteBatch batch = new WriteBatch();
        batch.put(A, bytes("x"), bytes("1"));
        batch.put(new Family("unknown"), bytes("x"), bytes("1"));
        assertThatIllegalArgumentException().isThrownBy(() -> storage.write(batch, Durability.SYNC));
        assertThat(storage.get(A, bytes("x"))).isNull();
        put(A, "y", "1");
        assertThatIllegalArgumentException().isThrownBy(() -> storage.get(new Family("unknown"), bytes("x")));
    }

    @Test
    void aBatchCanBeClearedAndUsedAgain() {
        WriteBatch batch = new WriteBatch();
        batch.put(A, bytes("x"), bytes("12"));
        batch.delete(B, bytes("yy"));
        assertThat(batch.count()).isEqualTo(2);
        assertThat(batch.size()).isEqualTo(5);
        storage.write(batch, Durability.BUFFERED);
        batch.clear();
        assertThat(batch.isEmpty()).isTrue();
        assertThat(batch.size()).isZero();
        storage.write(batch, Durability.SYNC);
        assertThat(storage.get(A, bytes("x"))).isEqualTo(bytes("12"));
    }

    @Test
    void anEntryIsOnlyThereAfterNextSaidSo() {
        put(A, "a", "1");
        try (Scan scan = storage.scan(A, bytes(""), null)) {
            assertThatIllegalStateException().isThrownBy(scan::key);
            assertThatIllegalStateException().isThrownBy(scan::value);
            assertThat(scan.next()).isTrue();
            assertThat(scan.next()).isFalse();
            assertThat(scan.next()).isFalse();
            assertThatIllegalStateException().isThrownBy(scan::key);
            assertThatIllegalStateException().isThrownBy(scan::value);
        }
    }

    @Test
    void nothingCanBeUsedAfterItWasClosed() {
        put(A, "a", "1", "b", "1");
        Scan closedScan = storage.scan(A, bytes(""), null);
        closedScan.next();
        closedScan.close();
        closedScan.close();
        assertThatIllegalStateException().isThrownBy(closedScan::next);
        assertThatIllegalStateException().isThrownBy(closedScan::value);
        Snapshot closedSnapshot = storage.snapshot();
        closedSnapshot.close();
        closedSnapshot.close();
        assertThatIllegalStateException().isThrownBy(() -> closedSnapshot.get(A, bytes("a")));
        assertThatIllegalStateException().isThrownBy(() -> closedSnapshot.scan(A, bytes("a"), null));
    }

    @Test
    void closingTheStoreEndsItsScansAndSnapshots() {
        put(A, "a", "1", "b", "1");
        Scan scan = storage.scan(A, bytes(""), null);
        scan.next();
        Snapshot snapshot = storage.snapshot();
        storage.close();
        storage.close();
        assertThatIllegalStateException().isThrownBy(scan::next);
        assertThatIllegalStateException().isThrownBy(scan::value);
        assertThatIllegalStateException().isThrownBy(() -> snapshot.getAll(A, List.of(bytes("a"))));
        assertThatIllegalStateException().isThrownBy(() -> storage.get(A, bytes("a")));
        assertThatIllegalStateException().isThrownBy(() -> storage.scan(A, bytes("a"), null));
        assertThatIllegalStateException().isThrownBy(storage::snapshot);
        assertThatIllegalStateException().isThrownBy(storage::statistics);
        assertThatIllegalStateException().isThrownBy(() -> put(A, "a", "1"));
        scan.close();
        snapshot.close();
    }

    @Test
    void everythingIsThereAfterReopening() {
        put(A, "a", "1", "b", "1");
        delete(A, "a");
        WriteBatch buffered = new WriteBatch();
        buffered.put(B, bytes("c"), bytes("2"));
        storage.write(buffered, Durability.BUFFERED);
        storage.close();
        storage = reopen(storage);
        assertThat(entries(storage.scan(A, bytes(""), null))).containsExactly("b=1");
        assertThat(entries(storage.scan(B, bytes(""), null))).containsExactly("c=2");
    }

    @Test
    void readersSeeBatchesWholeWhileTheyAreWritten() throws Exception {
        write(0);
        CountDownLatch done = new CountDownLatch(1);
        CompletableFuture<Integer> reader = CompletableFuture.supplyAsync(() -> readUntil(done));
        for (int i = 1; i <= 500; i++) {
            write(i);
        }
        done.countDown();
        assertThat(reader.get()).isPositive();
    }

    @Test
    void closingWhileOthersReadEndsThemWithAnException() throws Exception {
        put(A, "a", "1", "b", "1");
        CountDownLatch reading = new CountDownLatch(2);
        List<CompletableFuture<Void>> readers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            readers.add(CompletableFuture.runAsync(() -> readUntilClosed(reading)));
        }
        reading.await();
        storage.close();
        for (CompletableFuture<Void> reader : readers) {
            reader.get();
        }
    }

    /** One batch puts the same value under two keys of each family. */
    private void write(int value) {
        WriteBatch batch = new WriteBatch();
        for (Family family : List.of(A, B)) {
            batch.put(family, bytes("x"), bytes("" + value));
            batch.put(family, bytes("y"), bytes("" + value));
        }
        storage.write(batch, Durability.BUFFERED);
    }

    private int readUntil(CountDownLatch done) {
        int count = 0;
        do {
            try (Snapshot snapshot = storage.snapshot()) {
                byte[] expected = snapshot.get(A, bytes("x"));
                assertThat(snapshot.getAll(B, List.of(bytes("x"), bytes("y")))).containsExactly(expected, expected);
            }
            List<byte[]> values = storage.getAll(A, List.of(bytes("x"), bytes("y")));
            assertThat(values.get(0)).isEqualTo(values.get(1));
            List<String> scanned = entries(storage.scan(B, bytes(""), null));
            assertThat(scanned.get(0).substring(2)).isEqualTo(scanned.get(1).substring(2));
            count++;
        } while (done.getCount() > 0);
        return count;
    }

    @Test
    void aScanSeeksForwardAndBackWithinItsRange() {
        put(A, "b", "1", "d", "2", "f", "3", "h", "4");
        try (Scan scan = storage.scan(A, bytes("a"), bytes("g"))) {
            assertThat(scan.seek(bytes("c"))).isTrue();
            assertThat(text(scan.key()) + text(scan.value())).isEqualTo("d2");
            assertThat(scan.next()).isTrue();
            assertThat(text(scan.key())).isEqualTo("f");
            assertThat(scan.seek(bytes("b"))).isTrue();
            assertThat(text(scan.key())).isEqualTo("b");
            // What is beyond the range is not there, and another key may be sought after.
            assertThat(scan.seek(bytes("g"))).isFalse();
            assertThatIllegalStateException().isThrownBy(scan::key);
            assertThat(scan.seek(bytes("d"))).isTrue();
            assertThat(text(scan.value())).isEqualTo("2");
            assertThat(scan.next()).isTrue();
            assertThat(scan.next()).isFalse();
        }
    }

    @Test
    void aScanThatSeeksSeesNothingLater() {
        put(A, "b", "1");
        try (Scan scan = storage.scan(A, bytes(""), null)) {
            put(A, "a", "2", "c", "3");
            assertThat(scan.seek(bytes("a"))).isTrue();
            assertThat(text(scan.key())).isEqualTo("b");
            assertThat(scan.seek(bytes("c"))).isFalse();
        }
    }

    @Test
    void aDescendingScanDoesNotSeek() {
        put(A, "b", "1");
        try (Scan scan = storage.scanBackward(A, bytes(""), null)) {
            assertThatIllegalStateException().isThrownBy(() -> scan.seek(bytes("a")));
        }
    }

    private void readUntilClosed(CountDownLatch reading) {
        boolean first = true;
        try {
            while (true) {
                try (Snapshot snapshot = storage.snapshot();
                        Scan scan = snapshot.scan(A, bytes(""), null)) {
                    while (scan.next()) {
                        assertThat(scan.value()).isNotNull();
                        assertThat(storage.get(A, scan.key())).isNotNull();
                    }
                    assertThat(snapshot.get(A, bytes("a"))).isNotNull();
                }
                if (first) {
                    reading.countDown();
                    first = false;
                }
            }
        } catch (IllegalStateException e) {
            assertThat(e).hasMessage("the store is closed");
        }
    }
}
