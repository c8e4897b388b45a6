package io.anabranch.bench.simulation;

import io.anabranch.crdt.Record;
import io.anabranch.replica.state.ReplicaFamilies;
import io.anabranch.replica.wire.RecordKeys;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The base of every record is the relay's state at the device's position, byte for byte, and there is no other record. */
final class BaseCheck implements Check {

    private static final String CHECK = "base is the relay's";
    private static final byte[] NOTHING = new byte[0];

    private final RelayRecorder recorder;

    BaseCheck(RelayRecorder recorder) {
        this.recorder = recorder;
    }

    @Override
    public void check(SimulatedDevice device) {
        if (device.isAdrift()) {
            return;
        }
        Map<String, byte[]> bases = bases(device);
        for (String key : recorder.states().keySet()) {
            byte[] expected = recorder.stateAt(key, device.sequence(key));
            byte[] base = bases.remove(key);
            if (!Arrays.equals(expected, base == null ? NOTHING : base)) {
                throw new CheckFailure(
                        CHECK,
                        String.format(
                                "%s at %d has another base of %s: %s instead of %s",
                                device, device.sequence(key), key, text(key, base), text(key, expected)));
            }
        }
        bases.forEach((key, base) -> CheckFailure.require(
                base.length == 0, CHECK, "%s has a base of %s, unknown to the relay", device, key));
    }

    private static String text(String key, byte @Nullable [] state) {
        return state == null || state.length == 0
                ? "nothing"
                : Record.decode(Draft.key(key), state).toString();
    }

    private static Map<String, byte[]> bases(SimulatedDevice device) {
        Map<String, byte[]> bases = new TreeMap<>();
        for (Disk.Row row : Disk.rows(device.storage(), ReplicaFamilies.RECORDS)) {
            bases.put(RecordKeys.decode(row.key(), 0).toString(), row.value());
        }
        for (Disk.Row row : Disk.rows(device.storage(), ReplicaFamilies.BASE)) {
            bases.put(RecordKeys.decode(row.key(), 0).toString(), row.value());
        }
        return bases;
    }
}
