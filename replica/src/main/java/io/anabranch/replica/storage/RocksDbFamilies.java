package io.anabranch.replica.storage;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;

/**
 * Which column family has the content of which family: at first each its own, until some are {@linkplain WriteBatch#exchange exchanged}.
 * Immutable; the pairs that differ are kept in the column family that every RocksDB has and that nothing else uses.
 */
final class RocksDbFamilies {

    static final byte[] KEY = "families".getBytes(StandardCharsets.US_ASCII);

    private final Map<Family, Family> places;
    private final Map<Family, ColumnFamilyHandle> handles;

    /** @param handles of the column families by their names on disk */
    private RocksDbFamilies(Map<Family, Family> places, Map<Family, ColumnFamilyHandle> handles) {
        this.places = Map.copyOf(places);
        this.handles = Map.copyOf(handles);
    }

    static RocksDbFamilies of(byte @Nullable [] stored, Map<Family, ColumnFamilyHandle> handles) {
        Map<Family, Family> places = new HashMap<>();
        if (stored != null) {
            for (String line : new String(stored, StandardCharsets.UTF_8).split("\n", -1)) {
                int tab = line.indexOf('\t');
                if (tab > 0) {
                    places.put(new Family(line.substring(0, tab)), new Family(line.substring(tab + 1)));
                }
            }
        }
        return new RocksDbFamilies(places, handles);
    }

    byte[] encode() {
        List<String> lines = new ArrayList<>();
        new TreeMap<>(byName()).forEach((name, place) -> lines.add(name + '\t' + place));
        return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    }

    private Map<String, String> byName() {
        Map<String, String> names = new HashMap<>();
        places.forEach((family, place) -> names.put(family.name(), place.name()));
        return names;
    }

    ColumnFamilyHandle handle(Family family) {
        ColumnFamilyHandle handle = handles.get(place(family));
        if (handle == null) {
            throw new IllegalArgumentException("the store was not opened with family " + family);
        }
        return handle;
    }

    List<ColumnFamilyHandle> handles() {
        return List.copyOf(handles.values());
    }

    /** The name on disk. */
    Family place(Family family) {
        return places.getOrDefault(family, family);
    }

    RocksDbFamilies exchanged(Family one, Family other) {
        Map<Family, Family> changed = new HashMap<>(places);
        changed.put(one, place(other));
        changed.put(other, place(one));
        changed.entrySet().removeIf(entry -> entry.getKey().equals(entry.getValue()));
        return new RocksDbFamilies(changed, handles);
    }

    /** With another handle for a column family, by its name on disk. */
    RocksDbFamilies replaced(Family place, ColumnFamilyHandle handle) {
        Map<Family, ColumnFamilyHandle> changed = new HashMap<>(handles);
        changed.put(place, handle);
        return new RocksDbFamilies(places, changed);
    }
}
