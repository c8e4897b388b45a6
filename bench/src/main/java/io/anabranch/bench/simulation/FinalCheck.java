package io.anabranch.bench.simulation;

import io.anabranch.crdt.Record;
import io.anabranch.relay.store.RelayView;
import io.anabranch.replica.state.ReplicaFamilies;
import io.anabranch.replica.storage.Family;
import io.anabranch.replica.wire.RecordKeys;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** At the end of a run: devices and relay hold the same bytes, nothing waits anywhere, and what they hold is right. */
final class FinalCheck {

    private static final String CHECK = "convergence";

    private final History history;
    private final RelayRecorder recorder;

    FinalCheck(History history, RelayRecorder recorder) {
        this.history = history;
        this.recorder = recorder;
    }

    void check(SimulatedRelay relay, List<SimulatedDevice> devices) {
        checkRelay(relay);
        devices.forEach(device -> checkDevice(device, relay.headSequence()));
    }

    private void checkRelay(SimulatedRelay relay) {
        try (RelayView view = relay.store().view()) {
            for (String key : history.keys()) {
                Record record = view.record(Draft.key(key))
                        .map(stored -> stored.record())
                        .orElse(Record.empty(Draft.key(key)));
                Reading expected = history.confirmed(key);
                Reading actual = Reading.of(record);
                CheckFailure.require(
                        expected.equals(actual),
                        "model",
                        "the relay has %s of %s instead of %s",
                        actual.fields(),
                        key,
                        expected.fields());
            }
        }
    }

    private void checkDevice(SimulatedDevice device, long head) {
        for (Family family : List.of(
                ReplicaFamilies.BASE,
                ReplicaFamilies.PENDING,
                ReplicaFamilies.ERRORS,
                ReplicaFamilies.BY_RECORD,
                ReplicaFamilies.STAGED)) {
            CheckFailure.require(
                    Disk.isEmpty(device.storage(), family), CHECK, "%s has something in %s", device, family);
        }
        Map<String, byte[]> records = new TreeMap<>();
        Disk.rows(device.storage(), ReplicaFamilies.RECORDS)
                .forEach(row -> records.put(RecordKeys.decode(row.key(), 0).toString(), row.value()));
        for (String key : recorder.states().keySet()) {
            byte[] record = records.remove(key);
            CheckFailure.require(
                    record != null && Arrays.equals(record, recorder.stateAt(key, head)),
                    CHECK,
                    "%s and the relay differ in %s",
                    device,
                    key);
        }
        CheckFailure.require(records.isEmpty(), CHECK, "%s has more than the relay: %s", device, records.keySet());
    }
}
