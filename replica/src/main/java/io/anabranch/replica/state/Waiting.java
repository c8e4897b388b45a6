package io.anabranch.replica.state;

import io.anabranch.crdt.Position;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is staged beside the base and waits to be applied. Immutable.
 *
 * @param isReady whether it can be applied: a non-blocking sync has come to its end
 * @param position what the base will be at then
 * @param records how many records change, by type, without those of the device's own making
 * @param configuration how many of them are configuration
 * @param size their bytes
 */
public record Waiting(boolean isReady, Position position, Map<String, Long> records, long configuration, long size) {

    /** Nothing. */
    public static final Waiting NONE = new Waiting(false, Position.START, Map.of(), 0, 0);

    /** Copies the map. */
    public Waiting {
        records = Map.copyOf(records);
    }

    /** How many records change, configuration among them. */
    public long count() {
        return records.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The records by type in order of the types' names. */
    public Map<String, Long> sorted() {
        return new TreeMap<>(records);
    }
}
