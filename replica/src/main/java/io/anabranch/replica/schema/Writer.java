package io.anabranch.replica.schema;

import io.anabranch.crdt.Value;
import java.util.List;
import java.util.Map;

/**
 * Who makes a change, and with what.
 *
 * @param user the person
 * @param device what conditions call {@code :device.NAME}, each with its values
 */
public record Writer(UserAccount user, Map<String, List<Value>> device) {

    /** Copies the map. */
    public Writer {
        device = Map.copyOf(device);
    }
}
