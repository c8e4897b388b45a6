package io.anabranch.bench.simulation;

import io.anabranch.replica.state.ReplicaFamilies;
import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.Family;
import io.anabranch.replica.storage.MemoryStorage;
import io.anabranch.replica.storage.Scan;
import io.anabranch.replica.storage.StorageReader;
import io.anabranch.replica.storage.WriteBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Looks at what a device has stored, below its state. */
final class Disk {

    private Disk() {}

    record Row(byte[] key, byte[] value) {}

    static List<Row> rows(StorageReader storage, Family family) {
        List<Row> rows = new ArrayList<>();
        try (Scan scan = storage.scan(family, new byte[0], null)) {
            while (scan.next()) {
                rows.add(new Row(scan.key(), scan.value()));
            }
        }
        return rows;
    }

    static boolean isEmpty(StorageReader storage, Family family) {
        try (Scan scan = storage.scan(family, new byte[0], null)) {
            return !scan.next();
        }
    }

    /** Equal for equal content, in practice. */
    static byte[] digest(StorageReader storage) {
        long hash = 1;
        for (Family family : ReplicaFamilies.all()) {
            for (Row row : rows(storage, family)) {
                hash = 31 * (31 * hash + Arrays.hashCode(row.key)) + Arrays.hashCode(row.value);
            }
            hash = 31 * hash + 7;
        }
        return ByteBuffer.allocate(8).putLong(hash).array();
    }

    static MemoryStorage copy(StorageReader storage) {
        MemoryStorage copy = new MemoryStorage(ReplicaFamilies.all());
        WriteBatch batch = new WriteBatch();
        for (Family family : ReplicaFamilies.all()) {
            rows(storage, family).forEach(row -> batch.put(family, row.key, row.value));
        }
        copy.write(batch, Durability.SYNC);
        return copy;
    }
}
