package io.anabranch.bench.simulation;

import io.anabranch.crdt.Record;

/** What the application reads on a device is what the definitions say: the relay's state at its position, and all of its own. */
final class ViewCheck implements Check {

    private final History history;

    ViewCheck(History history) {
        this.history = history;
    }

    @Override
    public void check(SimulatedDevice device) {
        if (device.isAdrift()) {
            return;
        }
        history.keys().forEach(key -> check(device, key));
    }

    private void check(SimulatedDevice device, String key) {
        long sequence = device.sequence(key);
        if (history.touching(key).stream().anyMatch(save -> save.isPerhapsInPart(sequence))) {
            return;
        }
        Record view = device.state().view(Draft.key(key));
        Reading expected = history.view(key, device);
        Reading actual = Reading.of(view);
        CheckFailure.require(
                expected.equals(actual),
                "view",
                "%s reads %s of %s instead of %s",
                device,
                actual.fields(),
                key,
                expected.fields());
    }
}
