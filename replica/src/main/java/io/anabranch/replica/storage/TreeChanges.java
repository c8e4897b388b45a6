package io.anabranch.replica.storage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a batch does to one hidden family, as the outcome for each key: first ranges go, then keys change. */
final class TreeChanges {

    private final NavigableMap<byte[], Optional<byte[]>> keys = new TreeMap<>(Arrays::compareUnsigned);
    private final List<Range> ranges = new ArrayList<>();

    private record Range(byte[] from, byte[] end) {}

    void put(byte[] key, byte[] value) {
        keys.put(key.clone(), Optional.of(value.clone()));
    }

    void delete(byte[] key) {
        keys.put(key.clone(), Optional.empty());
    }

    void deleteRange(byte[] from, byte[] end) {
        keys.subMap(from, end).clear();
        ranges.add(new Range(from.clone(), end.clone()));
    }

    boolean isEmpty() {
        return keys.isEmpty() && ranges.isEmpty();
    }

    /** What changes of the keys from one to another; null for no end. */
    SortedMap<byte[], Optional<byte[]>> within(byte[] from, byte @Nullable [] end) {
        return end == null ? keys.tailMap(from) : keys.subMap(from, end);
    }

    /** Whether a key that is there goes with a range. */
    boolean removes(byte[] key) {
        for (Range range : ranges) {
            if (Arrays.compareUnsigned(range.from, key) <= 0 && Arrays.compareUnsigned(key, range.end) < 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether anything may change between two keys. */
    boolean touches(byte[] from, byte @Nullable [] end) {
        if (!within(from, end).isEmpty()) {
            return true;
        }
        for (Range range : ranges) {
            if (Arrays.compareUnsigned(from, range.end) < 0
                    && (end == null || Arrays.compareUnsigned(range.from, end) < 0)) {
                return true;
            }
        }
        return false;
    }

    /** Whether all between two keys goes, and nothing comes. */
    boolean clears(byte[] from, byte @Nullable [] end) {
        if (end == null || !within(from, end).isEmpty()) {
            return false;
        }
        for (Range range : ranges) {
            if (Arrays.compareUnsigned(range.from, from) <= 0 && Arrays.compareUnsigned(end, range.end) <= 0) {
                return true;
            }
        }
        return false;
    }
}
