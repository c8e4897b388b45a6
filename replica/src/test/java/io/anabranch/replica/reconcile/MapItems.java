package io.anabranch.replica.reconcile;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Items in memory. */
final class MapItems implements Items {

    private final NavigableMap<byte[], byte[]> items = new TreeMap<>(Arrays::compareUnsigned);

    void put(String key, String state) {
        items.put(key.getBytes(StandardCharsets.UTF_8), state.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Walk walk(byte[] from, byte @Nullable [] end) {
        NavigableMap<byte[], byte[]> tail = items.tailMap(from, true);
        Iterator<Map.Entry<byte[], byte[]>> entries =
                (end == null ? tail : tail.headMap(end, false)).entrySet().iterator();
        return new Walk() {
            private Map.Entry<byte[], byte[]> entry = Map.entry(new byte[0], new byte[0]);

            @Override
            public boolean next() {
                boolean any = entries.hasNext();
                if (any) {
                    entry = entries.next();
                }
                return any;
            }

            @Override
            public byte[] key() {
                return entry.getKey();
            }

            @Override
            public byte[] state() {
                return entry.getValue();
            }

            @Override
            public void close() {}
        };
    }
}
