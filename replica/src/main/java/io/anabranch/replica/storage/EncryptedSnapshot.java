package io.anabranch.replica.storage;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A snapshot of an {@link EncryptedStorage}. */
final class EncryptedSnapshot implements Snapshot {

    private final Snapshot snapshot;
    private final EncryptedReader reader;

    EncryptedSnapshot(Snapshot snapshot, EncryptedReader reader) {
        this.snapshot = snapshot;
        this.reader = reader;
    }

    @Override
    public byte @Nullable [] get(Family family, byte[] key) {
        return reader.get(family, key);
    }

    @Override
    public List<byte @Nullable []> getAll(Family family, List<byte[]> keys) {
        return reader.getAll(family, keys);
    }

    @Override
    public Scan scan(Family family, byte[] from, byte @Nullable [] end) {
        return reader.scan(family, from, end);
    }

    @Override
    public Scan scanBackward(Family family, byte[] from, byte @Nullable [] end) {
        return reader.scanBackward(family, from, end);
    }

    @Override
    public void close() {
        snapshot.close();
    }
}
