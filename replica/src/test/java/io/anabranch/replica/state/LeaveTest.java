package io.anabranch.replica.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import io.anabranch.crdt.FieldName;
import io.anabranch.crdt.Kind;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.proto.Patch;
import io.anabranch.proto.Patches;
import io.anabranch.replica.wire.MalformedMessageException;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LeaveTest {

    private static final RecordKey A = new RecordKey("account", "a");
    private static final RecordKey B = new RecordKey("account", "b");

    private final Device device = new Device();
    private final ModelRelay relay = new ModelRelay();

    @Test
    void whatLeavesIsGone() {
        fill();
        relay.scope(A, false);
        receiveAll();
        assertThat(device.state.view(A).isEmpty()).isTrue();
        assertThat(device.base(A).isEmpty()).isTrue();
        assertThat(device.state.view(B).alive()).isTrue();
        assertThat(device.state.evictedRange()).isPresent();
    }

    @Test
    void whatComesBackComesWhole() {
        fill();
        relay.scope(A, false);
        receiveAll();
        relay.write(A, edit -> edit.set("phone", Value.of("2")));
        relay.scope(A, true);
        receiveAll();
        assertThat(device.state.view(A)).isEqualTo(relay.state(A, relay.head()));
    }

    @Test
    void aLeaverWithPendingCommitsStaysUntilTheyAreConfirmed() {
        fill();
        device.edit(A, edit -> edit.set("name", Value.of("mine")));
        relay.scope(A, false);
        receiveAll();
        assertThat(device.state.view(A).value("name")).hasValue(Value.of("mine"));
        assertThat(device.state.view(A).value("phone")).hasValue(Value.of("1"));
        relay.accept(device.pending(1));
        device.state.judge(relay.verdicts(1, 2));
        assertThat(device.state.view(A).alive()).isTrue();
        device.edit(B, edit -> edit.create());
        device.crash(new Random(1));
        device.state.judge(relay.verdicts(1, 2));
        receiveAll();
        assertThat(device.state.view(A).isEmpty()).isTrue();
        assertThat(device.state.isConfirmedThrough(1)).isTrue();
        assertThat(ReplicaMeta.left(device.storage)).isEmpty();
    }

    @Test
    void aLeaverWithASyncErrorStaysUntilThatIsDiscarded() {
        fill();
        device.edit(A, edit -> edit.set("name", Value.of("mine")));
        relay.reject(device.pending(1));
        relay.scope(A, false);
        receiveAll();
        device.state.judge(relay.verdicts(1, 2));
        assertThat(device.state.view(A).value("name")).hasValue(Value.of("mine"));
        assertThat(device.state.errors().retry(1)).isEqualTo(2);
        assertThat(device.state.view(A).value("phone")).hasValue(Value.of("1"));
        relay.reject(device.pending(2));
        device.state.judge(relay.verdicts(2, 3));
        device.state.errors().discard(2);
        assertThat(device.state.view(A).isEmpty()).isTrue();
    }

    @Test
    void aLeaverThatComesBackWhileItsCommitsArePendingIsReplaced() {
        fill();
        device.edit(A, edit -> edit.set("name", Value.of("mine")));
        relay.scope(A, false);
        receiveAll();
        relay.write(A, edit -> edit.set("phone", Value.of("2")));
        relay.scope(A, true);
        receiveAll();
        assertThat(device.base(A)).isEqualTo(relay.state(A, relay.head()));
        assertThat(device.state.view(A).value("name")).hasValue(Value.of("mine"));
        relay.accept(device.pending(1));
        device.state.judge(relay.verdicts(1, 2));
        receiveAll();
        assertThat(device.state.view(A)).isEqualTo(relay.state(A, relay.head()));
    }

    @Test
    void anAcceptedCreationOutsideTheScopeGoesWhenTheCursorPasses() {
        fill();
        RecordKey outside = new RecordKey("account", "x");
        relay.scope(outside, false);
        device.edit(outside, edit -> edit.set("name", Value.of("mine")));
        relay.accept(device.pending(1));
        device.state.judge(relay.verdicts(1, 2));
        assertThat(device.state.view(outside).alive()).isTrue();
        Patches none = Patches.getDefaultInstance();
        device.state.receive(ModelRelay.page(device.progress(), relay.head(), none)
                .setConsistent(true)
                .build());
        assertThat(device.state.view(outside).isEmpty()).isTrue();
        device.edit(outside, edit -> edit.set("name", Value.of("again")));
        Record again = device.pending(2).deltas().get(0);
        assertThat(again.field(new FieldName("name", Kind.REGISTER))
                        .orElseThrow()
                        .entries()
                        .get(0)
                        .dot()
                        .n())
                .isGreaterThan(2);
    }

    @Test
    void ownDotsOfARecordThatLeftAreNotUsedAgain() {
        device.edit(A, edit -> edit.set("name", Value.of("mine")));
        relay.accept(device.pending(1));
        device.state.judge(relay.verdicts(1, 2));
        receiveAll();
        long used = device.state.view(A).context().last(Device.REPLICA);
        relay.scope(A, false);
        receiveAll();
        device.edit(A, edit -> edit.set("name", Value.of("blind")));
        assertThat(device.pending(2)
                        .deltas()
                        .get(0)
                        .context()
                        .contains(new io.anabranch.crdt.Dot(Device.REPLICA, used)))
                .isFalse();
    }

    @Test
    void aWholePatchTakesAwayTheFieldsThatAreNotInIt() {
        fill();
        Record state = relay.state(A, relay.head());
        Record narrow = state.only(Set.of(FieldName.LIFE, new FieldName("name", Kind.REGISTER)));
        device.state.receive(
                page(patch().setState(ByteString.copyFrom(narrow.encode())).setWhole(true)));
        assertThat(device.state.view(A)).isEqualTo(narrow);
        assertThat(device.state.evictedRange()).isPresent();
    }

    @Test
    void aRangeIsErasedOnlyOfWhatHadLeftBefore() {
        fill();
        relay.scope(A, false);
        receiveAll();
        EvictedRange range = device.state.evictedRange().orElseThrow();
        relay.scope(B, false);
        receiveAll();
        device.state.erased(range);
        assertThat(device.state.evictedRange()).isPresent();
        device.state.erased(device.state.evictedRange().orElseThrow());
        assertThat(device.state.evictedRange()).isEmpty();
    }

    @Test
    void aLeaveWithContentIsMalformed() {
        fill();
        assertThatExceptionOfType(MalformedMessageException.class)
                .isThrownBy(
                        () -> device.state.receive(page(patch().setLeave(true).setWhole(true))));
    }

    private Patch.Builder patch() {
        return Patch.newBuilder().setType("account").setId("a");
    }

    private io.anabranch.proto.Page page(Patch.Builder patch) {
        return ModelRelay.page(
                        relay.head(),
                        relay.head() + 1,
                        Patches.newBuilder().addPatch(patch).build())
                .setConsistent(true)
                .build();
    }

    private void fill() {
        relay.write(A, edit -> edit.set("name", Value.of("x")).set("phone", Value.of("1")));
        relay.write(B, edit -> edit.set("name", Value.of("y")));
        receiveAll();
    }

    private void receiveAll() {
        device.state.receive(relay.page(device.since(), device.progress(), relay.head()));
    }
}
