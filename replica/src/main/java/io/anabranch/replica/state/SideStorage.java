package io.anabranch.replica.state;

import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.Family;
import io.anabranch.replica.storage.PartWriter;
import io.anabranch.replica.storage.Scan;
import io.anabranch.replica.storage.Snapshot;
import io.anabranch.replica.storage.Storage;
import io.anabranch.replica.storage.StorageStatistics;
import io.anabranch.replica.storage.WriteBatch;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A storage that has some families in the place of others: with it a second state lives beside the first, in one store. */
final class SideStorage implements Storage {

    private final Storage storage;
    private final Map<Family, Family> places;

    SideStorage(Storage storage, Map<Family, Family> places) {
        this.storage = storage;
        this.places = Map.copyOf(places);
    }

    private Family place(Family family) {
        return places.getOrDefault(family, family);
    }

    @Override
    public void write(WriteBatch batch, Durability durability) {
        WriteBatch placed = new WriteBatch();
        placed.addAll(batch, this::place);
        storage.write(placed, durability);
    }

    @Override
    public byte @Nullable [] get(Family family, byte[] key) {
        return storage.get(place(family), key);
    }

    @Override
    public List<byte @Nullable []> getAll(Family family, List<byte[]> keys) {
        return storage.getAll(place(family), keys);
    }

    @Override
    public Scan scan(Family family, byte[] from, byte @Nullable [] end) {
        return storage.scan(place(family), from, end);
    }

    @Override
    public Scan scanBackward(Family family, byte[] from, byte @Nullable [] end) {
        return storage.scanBackward(place(family), from, end);
    }

    @Override
    public Snapshot snapshot() {
        Snapshot snapshot = storage.snapshot();
        return new Snapshot() {
            @Override
            public byte @Nullable [] get(Family family, byte[] key) {
                return snapshot.get(place(family), key);
            }

            @Override
            public List<byte @Nullable []> getAll(Family family, List<byte[]> keys) {
                return snapshot.getAll(place(family), keys);
            }

            @Override
            public Scan scan(Family family, byte[] from, byte @Nullable [] end) {
                return snapshot.scan(place(family), from, end);
            }

            @Override
            public Scan scanBackward(Family family, byte[] from, byte @Nullable [] end) {
                return snapshot.scanBackward(place(family), from, end);
            }

            @Override
            public void close() {
                snapshot.close();
            }
        };
    }

    @Override
    public void erase(Family family, byte[] from, byte @Nullable [] end) {
        storage.erase(place(family), from, end);
    }

    @Override
    public PartWriter writePart(String name) {
        return storage.writePart(name);
    }

    @Override
    public Set<String> parts() {
        return storage.parts();
    }

    @Override
    public void deleteParts(Collection<String> names) {
        storage.deleteParts(names);
    }

    @Override
    public void ingest(Family family, Collection<String> names) {
        storage.ingest(place(family), names);
    }

    @Override
    public boolean clear(Family family) {
        return storage.clear(place(family));
    }

    @Override
    public long freeBytes() {
        return storage.freeBytes();
    }

    @Override
    public StorageStatistics statistics() {
        return storage.statistics();
    }

    /** Does nothing: the storage is another one's. */
    @Override
    public void close() {}
}
