package io.anabranch.relay.snapshot;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Segments in memory, for tests and the simulator. */
public final class MemorySegmentFiles implements SegmentFiles {

    private final Map<String, byte[]> files = new ConcurrentHashMap<>();

    @Override
    public void write(String name, byte[] content) {
        files.put(name, content.clone());
    }

    @Override
    public byte @Nullable [] read(String name, long offset, int lengthMax) {
        byte[] content = files.get(name);
        if (content == null) {
            return null;
        }
        int from = (int) Math.min(offset, content.length);
        return Arrays.copyOfRange(content, from, (int) Math.min((long) from + lengthMax, content.length));
    }

    @Override
    public void delete(String name) {
        files.remove(name);
    }

    @Override
    public Map<String, Long> sizes() {
        Map<String, Long> sizes = new HashMap<>();
        files.forEach((name, content) -> sizes.put(name, (long) content.length));
        return sizes;
    }
}
