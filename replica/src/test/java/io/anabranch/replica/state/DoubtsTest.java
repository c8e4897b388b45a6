package io.anabranch.replica.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A device that starts its download over is not sure of what it has until the relay has given it again. */
class DoubtsTest {

    private static final RecordKey KEPT = new RecordKey("account", "kept");
    private static final RecordKey LOST = new RecordKey("account", "lost");
    private static final RecordKey OWN = new RecordKey("account", "own");

    private final Device device = new Device();
    private final ModelRelay before = new ModelRelay();
    /** The relay after it was set back: it knows less. */
    private final ModelRelay after = new ModelRelay();

    @BeforeEach
    void fill() {
        before.write(KEPT, edit -> edit.set("name", Value.of("old")).set("phone", Value.of("1")));
        before.write(LOST, edit -> edit.set("name", Value.of("x")));
        device.state.receive(before.page(0, before.head()));
        after.write(KEPT, edit -> edit.set("name", Value.of("other")));
    }

    @Test
    void whatIsInDoubtIsShownUntilTheRelayHasGivenAll() {
        device.state.startOver();
        assertThat(device.state.view(KEPT).value("name")).hasValue(Value.of("old"));
        assertThat(device.state.view(LOST).alive()).isTrue();
        device.state.receive(after.page(0, after.head()));
        // Given again as a whole: nothing of before is left in it.
        assertThat(device.state.view(KEPT)).isEqualTo(after.state(KEPT, after.head()));
        assertThat(device.state.view(LOST).isEmpty()).isTrue();
    }

    @Test
    void doubtsOutliveARestart() {
        device.state.startOver();
        device.edit(OWN, edit -> edit.create());
        device.crash(new Random(1));
        assertThat(device.state.view(LOST).alive()).isTrue();
        device.state.receive(after.page(0, after.head()));
        assertThat(device.state.view(LOST).isEmpty()).isTrue();
        assertThat(device.state.view(KEPT)).isEqualTo(after.state(KEPT, after.head()));
        assertThat(ReplicaMeta.doubted(device.storage)).isEmpty();
    }

    @Test
    void whatTheDeviceHasNotSentIsNotInDoubt() {
        device.edit(OWN, edit -> edit.set("name", Value.of("mine")));
        device.edit(LOST, edit -> edit.set("phone", Value.of("2")));
        device.state.startOver();
        device.state.receive(after.page(0, after.head()));
        assertThat(device.state.view(OWN).value("name")).hasValue(Value.of("mine"));
        assertThat(device.state.view(LOST).value("phone")).hasValue(Value.of("2"));
        assertThat(device.pending(1).deltas()).hasSize(1);
    }
}
