package io.anabranch.relay.store;

import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.Scan;
import io.anabranch.replica.storage.Storage;
import io.anabranch.replica.storage.WriteBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A table as a range of keys of one family. */
final class KeyValueRelayTable implements RelayTable {

    private final Storage storage;
    private final Object writing;
    private final byte[] prefix;

    /** @param writing the lock of the one writer that the storage may have */
    KeyValueRelayTable(Storage storage, Object writing, String name) {
        this.storage = storage;
        this.writing = writing;
        this.prefix = Layout.tablePrefix(name);
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        return storage.get(Layout.TABLES, Layout.concat(prefix, key));
    }

    @Override
    public void put(byte[] key, byte[] value) {
        synchronized (writing) {
            write(key, value);
        }
    }

    @Override
    public void delete(byte[] key) {
        synchronized (writing) {
            WriteBatch batch = new WriteBatch();
            batch.delete(Layout.TABLES, Layout.concat(prefix, key));
            storage.write(batch, Durability.SYNC);
        }
    }

    @Override
    public boolean putIfAbsent(byte[] key, byte[] value) {
        synchronized (writing) {
            boolean absent = get(key) == null;
            if (absent) {
                write(key, value);
            }
            return absent;
        }
    }

    @Override
    public boolean replace(byte[] key, byte[] expected, byte[] value) {
        synchronized (writing) {
            boolean found = Arrays.equals(get(key), expected);
            if (found) {
                write(key, value);
            }
            return found;
        }
    }

    @Override
    public List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        try (Scan scan = storage.scan(Layout.TABLES, prefix, Layout.endOf(prefix))) {
            while (scan.next()) {
                byte[] key = scan.key();
                rows.add(new Row(Arrays.copyOfRange(key, prefix.length, key.length), scan.value()));
            }
        }
        return rows;
    }

    private void write(byte[] key, byte[] value) {
        WriteBatch batch = new WriteBatch();
        batch.put(Layout.TABLES, Layout.concat(prefix, key), value);
        storage.write(batch, Durability.SYNC);
    }
}
