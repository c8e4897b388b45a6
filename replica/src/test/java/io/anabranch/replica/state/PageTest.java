package io.anabranch.replica.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import io.anabranch.crdt.Position;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.proto.FieldName;
import io.anabranch.proto.Page;
import io.anabranch.proto.Patch;
import io.anabranch.proto.Patches;
import io.anabranch.replica.wire.MalformedMessageException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PageTest {

    private static final RecordKey A = new RecordKey("account", "a");
    private static final RecordKey B = new RecordKey("account", "b");

    private final Device device = new Device();
    private final ModelRelay relay = new ModelRelay();

    @Test
    void aPageReplacesFieldsOfTheBase() {
        relay.write(
                A,
                edit -> edit.set("name", Value.of("x"))
                        .set("phone", Value.of("1"))
                        .add("topics", Value.of("t")));
        device.state.receive(relay.page(0, 1));
        assertThat(device.state.view(A)).isEqualTo(relay.state(A, 1));
        relay.write(A, edit -> edit.set("name", Value.of("y")).clear("topics"));
        device.state.receive(relay.page(1, 2));
        assertThat(device.state.view(A)).isEqualTo(relay.state(A, 2));
        assertThat(device.state.view(A).elements("topics")).isEmpty();
        assertThat(device.state.appliedPosition()).isEqualTo(new Position(1, 2));
        assertThat(device.changes).hasSize(2);
    }

    @Test
    void whatIsPendingJoinsOnTopOfANewBase() {
        relay.write(A, edit -> edit.set("name", Value.of("x")).set("phone", Value.of("1")));
        device.state.receive(relay.page(0, 1));
        device.edit(A, edit -> edit.set("name", Value.of("mine")));
        relay.write(A, edit -> edit.set("phone", Value.of("2")));
        device.state.receive(relay.page(1, 2));
        assertThat(device.state.view(A).value("name")).hasValue(Value.of("mine"));
        assertThat(device.state.view(A).value("phone")).hasValue(Value.of("2"));
        assertThat(device.base(A)).isEqualTo(relay.state(A, 2));
        assertThat(device.state.view(A))
                .isEqualTo(relay.state(A, 2).join(device.pending(1).deltas().get(0)));
    }

    @Test
    void thePartsOfAFirstFillingShowAsTheyCome() {
        relay.write(A, edit -> edit.create());
        relay.write(B, edit -> edit.create());
        device.state.receive(relay.partialPage(0, 0, 1));
        assertThat(device.state.view(A).alive()).isTrue();
        assertThat(device.state.appliedPosition()).isEqualTo(Position.START);
        assertThat(device.progress()).isEqualTo(1);
        device.state.receive(relay.page(0, 1, 2));
        assertThat(device.state.view(B).alive()).isTrue();
        assertThat(device.state.appliedPosition()).isEqualTo(new Position(1, 2));
    }

    @Test
    void laterPartsAreStagedAndShowTogether() {
        fill();
        relay.write(A, edit -> edit.set("n", Value.of(1)));
        relay.write(B, edit -> edit.set("n", Value.of(1)));
        device.changes.clear();
        device.state.receive(relay.partialPage(1, 1, 2));
        assertThat(device.state.view(A).value("n")).isEmpty();
        assertThat(device.changes).isEmpty();
        assertThat(device.progress()).isEqualTo(2);
        assertThat(device.state.appliedPosition()).isEqualTo(new Position(1, 1));
        device.state.receive(relay.page(1, 2, 3));
        assertThat(device.state.view(A)).isEqualTo(relay.state(A, 3));
        assertThat(device.state.view(B)).isEqualTo(relay.state(B, 3));
        assertThat(device.changes).hasSize(2);
        assertThat(device.progress()).isEqualTo(3);
    }

    @Test
    void aRecordThatMovesOnBetweenTwoPartsIsNotMissed() {
        fill();
        relay.write(A, edit -> edit.set("n", Value.of(1)));
        relay.write(B, edit -> edit.set("n", Value.of(1)));
        relay.write(A, edit -> edit.set("m", Value.of(2)).clear("n"));
        device.state.receive(relay.partialPage(1, 1, 3));
        relay.write(B, edit -> edit.clear("n"));
        device.state.receive(relay.page(1, 3, 5));
        assertThat(device.state.view(A)).isEqualTo(relay.state(A, 5));
        assertThat(device.state.view(B)).isEqualTo(relay.state(B, 5));
    }

    @Test
    void afterACrashStagingResumesFromItsOwnCursor() {
        fill();
        relay.write(A, edit -> edit.set("n", Value.of(1)));
        relay.write(B, edit -> edit.set("n", Value.of(1)));
        device.state.receive(relay.partialPage(1, 1, 2));
        // Its sync makes the staged page durable too.
        device.edit(B, edit -> edit.set("m", Value.of(2)));
        device.crash(new Random(1));
        assertThat(device.progress()).isEqualTo(2);
        assertThat(device.state.view(A).value("n")).isEmpty();
        device.state.receive(relay.page(1, 2, 3));
        assertThat(device.state.view(A)).isEqualTo(relay.state(A, 3));
        assertThat(device.base(B)).isEqualTo(relay.state(B, 3));
        assertThat(device.state.view(B).value("m")).hasValue(Value.of(2));
    }

    @Test
    void whatTheDeviceMadeMayMoveOnAfterItsEcho() {
        fill();
        RecordKey own = new RecordKey("account", "own");
        device.edit(own, edit -> edit.set("n", Value.of(1)).set("m", Value.of(1)));
        relay.accept(device.pending(1));
        relay.write(B, edit -> edit.set("n", Value.of(1)));
        device.state.judge(relay.verdicts(1, 2));
        device.state.receive(relay.partialPage(1, 1, 2));
        relay.write(own, edit -> edit.set("n", Value.of(2)));
        device.state.receive(relay.page(1, 2, relay.head()));
        assertThat(device.state.view(own)).isEqualTo(relay.state(own, relay.head()));
        device.edit(own, edit -> edit.set("m", Value.of(2)));
        assertThat(device.base(own)).isEqualTo(relay.state(own, relay.head()));
    }

    @Test
    void aPageThatIsLostInACrashIsTakenAgain() {
        fill();
        device.edit(B, edit -> edit.create());
        relay.write(A, edit -> edit.set("n", Value.of(1)));
        device.state.receive(relay.page(1, 2));
        device.crash(new Random() {
            @Override
            public int nextInt(int bound) {
                return 0;
            }
        });
        assertThat(device.progress()).isEqualTo(1);
        device.state.receive(relay.page(1, 2));
        assertThat(device.state.view(A)).isEqualTo(relay.state(A, 2));
    }

    @Test
    void repeatedAndOldPagesChangeNothing() {
        fill();
        Page old = relay.page(0, 1);
        relay.write(A, edit -> edit.set("n", Value.of(1)));
        Page last = relay.page(1, 2);
        device.state.receive(last);
        device.edit(A, edit -> edit.set("n", Value.of(2)));
        String before = device.dump();
        device.state.receive(old);
        device.state.receive(last);
        assertThat(device.dump()).isEqualTo(before);
        Record view = device.state.view(A);
        device.state.receive(relay.page(0, 2));
        assertThat(device.state.view(A)).isEqualTo(view);
        assertThat(device.base(A)).isEqualTo(relay.state(A, 2));
    }

    @Test
    void aPageMayOverlapWhatIsStaged() {
        fill();
        relay.write(A, edit -> edit.set("n", Value.of(1)));
        relay.write(B, edit -> edit.set("n", Value.of(1)));
        device.state.receive(relay.partialPage(1, 1, 2));
        device.state.receive(relay.partialPage(1, 1, 2));
        device.state.receive(relay.page(1, 3));
        assertThat(device.state.view(A)).isEqualTo(relay.state(A, 3));
        assertThat(device.state.view(B)).isEqualTo(relay.state(B, 3));
    }

    @Test
    void aPageAfterAGapIsRefused() {
        fill();
        relay.write(A, edit -> edit.set("n", Value.of(1)));
        relay.write(A, edit -> edit.set("n", Value.of(2)));
        assertRefused(relay.page(2, 3));
    }

    @Test
    void malformedPagesChangeNothing() {
        fill();
        Patch good = Patch.newBuilder()
                .setType("account")
                .setId("a")
                .setState(ByteString.copyFrom(relay.state(A, 1).encode()))
                .build();
        for (Patch bad : List.of(
                good.toBuilder().setType("").build(),
                good.toBuilder().setId("a\0").build(),
                good.toBuilder().setState(ByteString.copyFromUtf8("junk")).build(),
                good.toBuilder().clearState().build(),
                good.toBuilder().addGone(FieldName.newBuilder().setName("")).build(),
                good.toBuilder()
                        .addGone(FieldName.newBuilder().setName("x").setKind(-1))
                        .build())) {
            Patches patches = Patches.newBuilder().addPatch(good).addPatch(bad).build();
            assertRefused(ModelRelay.page(1, 2, patches).setConsistent(true).build());
            assertRefused(ModelRelay.page(1, 2, patches).build());
        }
        Page page = relay.page(1, 2);
        assertRefused(
                page.toBuilder().setPatches(ByteString.copyFromUtf8("junk")).build());
        assertRefused(page.toBuilder().setPatchesSize(Integer.MAX_VALUE).build());
        assertRefused(page.toBuilder().setPatchesSize(100).build());
        assertRefused(page.toBuilder()
                .setPosition(io.anabranch.proto.Position.newBuilder().setSequence(5))
                .build());
        assertRefused(page.toBuilder()
                .setFrom(io.anabranch.proto.Position.newBuilder().setEpoch(-1).setSequence(5))
                .build());
    }

    @Test
    void aPendingIncrementIsNotCountedTwice() {
        relay.write(A, edit -> edit.increment("n", 10));
        device.state.receive(relay.page(0, 1));
        device.edit(A, edit -> edit.increment("n", 5));
        relay.write(A, edit -> edit.increment("n", 100));
        device.state.receive(relay.page(1, 2));
        assertThat(device.state.view(A).count("n")).isEqualTo(115);
        relay.accept(device.pending(1));
        device.state.receive(relay.page(2, 3));
        assertThat(device.state.view(A).count("n")).isEqualTo(115);
        device.state.judge(relay.verdicts(1, 2));
        assertThat(device.state.view(A).count("n")).isEqualTo(115);
        assertThat(device.state.view(A)).isEqualTo(relay.state(A, 3));
    }

    private void fill() {
        relay.write(A, edit -> edit.create());
        device.state.receive(relay.page(0, 1));
        assertThat(device.state.view(A)).isEqualTo(relay.state(A, 1));
    }

    private void assertRefused(Page page) {
        String before = device.dump();
        device.changes.clear();
        assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> device.state.receive(page));
        assertThat(device.dump()).isEqualTo(before);
        assertThat(device.changes).isEmpty();
    }
}
