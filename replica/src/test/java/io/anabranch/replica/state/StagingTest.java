package io.anabranch.replica.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import io.anabranch.crdt.FieldName;
import io.anabranch.crdt.Position;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.proto.Page;
import io.anabranch.proto.Patch;
import io.anabranch.proto.Patches;
import io.anabranch.replica.storage.Scan;
import io.anabranch.replica.wire.MalformedMessageException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class StagingTest {

    private static final RecordKey A = new RecordKey("account", "a");
    private static final RecordKey B = new RecordKey("account", "b");
    private static final RecordKey RULE = new RecordKey("$rule", "calls");

    private final Device device = new Device();
    private final ModelRelay relay = new ModelRelay();

    @Test
    void whatIsStagedIsNotSeenUntilItIsApplied() {
        fill();
        relay.write(A, edit -> edit.set("name", Value.of("y")));
        device.changes.clear();
        stageAll();
        assertThat(device.state.view(A).value("name")).hasValue(Value.of("x"));
        assertThat(device.changes).isEmpty();
        assertThat(device.state.appliedPosition()).isEqualTo(new Position(1, 2));
        assertThat(device.state.applyStaged()).isEqualTo(1);
        assertThat(device.state.view(A)).isEqualTo(relay.state(A, 3));
        assertThat(device.state.appliedPosition()).isEqualTo(new Position(1, 3));
        assertThat(device.changes).hasSize(1);
        assertThat(device.state.applyStaged()).isZero();
    }

    @Test
    void itSaysWhatIsWaiting() {
        fill();
        relay.write(A, edit -> edit.set("name", Value.of("y")));
        relay.write(RULE, edit -> edit.create().set("type", Value.of("call")));
        relay.write(new RecordKey(ReplicaFamilies.TRACKING, "1"), edit -> edit.create());
        stageAll();
        prepareAll();
        relay.write(A, edit -> edit.set("name", Value.of("z")));
        stageAll();
        prepareAll();
        Waiting waiting = device.state.waiting();
        assertThat(waiting.isReady()).isTrue();
        assertThat(waiting.records()).isEqualTo(Map.of("account", 1L, "$rule", 1L));
        assertThat(waiting.configuration()).isEqualTo(1);
        assertThat(waiting.size()).isPositive();
        device.crash(new Random(7));
        device.state.applyStaged();
        assertThat(device.state.waiting()).isEqualTo(Waiting.NONE);
    }

    @Test
    void aLaterSyncExtendsWhatIsStaged() {
        fill();
        relay.write(A, edit -> edit.set("name", Value.of("y")).clear("phone"));
        stageAll();
        prepareAll();
        relay.write(A, edit -> edit.set("phone", Value.of("2")));
        relay.write(B, edit -> edit.set("name", Value.of("b")));
        stageAll();
        relay.write(B, edit -> edit.delete());
        stageAll();
        device.state.applyStaged();
        assertThat(device.state.view(A)).isEqualTo(relay.state(A, relay.head()));
        assertThat(device.state.view(B)).isEqualTo(relay.state(B, relay.head()));
    }

    @Test
    void aSyncThatWasCutLeavesWhatWasReadyApplicable() {
        fill();
        relay.write(A, edit -> edit.set("name", Value.of("y")));
        stageAll();
        relay.write(B, edit -> edit.set("name", Value.of("b")));
        relay.write(A, edit -> edit.set("name", Value.of("z")));
        device.state.stage(relay.partialPage(device.since(), device.progress(), 4));
        assertThat(device.state.applyStaged()).isEqualTo(1);
        assertThat(device.state.view(A)).isEqualTo(relay.state(A, 3));
        assertThat(device.state.view(B)).isEqualTo(relay.state(B, 2));
        device.state.receive(relay.page(device.since(), device.progress(), relay.head()));
        assertThat(device.state.view(A)).isEqualTo(relay.state(A, relay.head()));
        assertThat(device.state.view(B)).isEqualTo(relay.state(B, relay.head()));
    }

    @Test
    void whatWasEditedMeanwhileIsOnTop() {
        fill();
        relay.write(A, edit -> edit.set("name", Value.of("theirs")).set("phone", Value.of("2")));
        stageAll();
        prepareAll();
        device.edit(A, edit -> edit.set("name", Value.of("mine")));
        device.state.applyStaged();
        assertThat(device.state.view(A).value("name")).hasValue(Value.of("mine"));
        assertThat(device.state.view(A).value("phone")).hasValue(Value.of("2"));
        assertThat(device.base(A)).isEqualTo(relay.state(A, 3));
        assertThat(device.state.pendingCount()).isEqualTo(1);
    }

    @Test
    void anAcceptedCommitStaysPendingWhileItsPositionIsOnlyStaged() {
        fill();
        device.edit(A, edit -> edit.set("name", Value.of("mine")));
        relay.accept(device.pending(1));
        device.state.judge(relay.verdicts(1, 2));
        assertThat(device.state.isReadyThrough(1)).isFalse();
        stageAll();
        assertThat(device.state.isReadyThrough(1)).isTrue();
        assertThat(device.state.pendingCount()).isEqualTo(1);
        device.state.applyStaged();
        assertThat(device.state.pendingCount()).isZero();
        assertThat(device.state.view(A).encode()).isEqualTo(relay.state(A, 3).encode());
    }

    @Test
    void aPageThatIsNotToBeStagedAppliesWhatIs() {
        fill();
        relay.write(A, edit -> edit.set("name", Value.of("y")));
        stageAll();
        relay.write(B, edit -> edit.set("name", Value.of("b")));
        device.state.receive(relay.page(device.progress(), relay.head()));
        assertThat(device.state.waiting()).isEqualTo(Waiting.NONE);
        assertThat(device.state.view(A)).isEqualTo(relay.state(A, 4));
        assertThat(device.state.view(B)).isEqualTo(relay.state(B, 4));
    }

    @Test
    void thatNothingIsNewIsNotStaged() {
        fill();
        relay.accept(commitOf(A));
        device.state.receive(relay.page(device.progress(), relay.head()));
        device.state.stage(ModelRelay.page(3, 3, Patches.getDefaultInstance())
                .setCursor(ByteString.copyFromUtf8("another cursor of"))
                .setConsistent(true)
                .build());
        assertThat(device.state.waiting().isReady()).isFalse();
    }

    @Test
    void theFirstFillingMayBeStaged() {
        relay.write(A, edit -> edit.create().set("name", Value.of("x")));
        relay.write(B, edit -> edit.create());
        device.state.stage(relay.partialPage(0, 0, 1));
        stageAll();
        assertThat(device.state.view(A).isEmpty()).isTrue();
        assertThat(device.state.appliedPosition()).isEqualTo(Position.START);
        device.state.applyStaged();
        assertThat(device.state.view(A)).isEqualTo(relay.state(A, 2));
        assertThat(device.state.appliedPosition()).isEqualTo(new Position(1, 2));
    }

    @Test
    void whatLeavesLeavesWhenItIsApplied() {
        fill();
        relay.scope(A, false);
        stageAll();
        prepareAll();
        assertThat(device.state.view(A).alive()).isTrue();
        assertThat(device.state.evictedRange()).isEmpty();
        device.state.applyStaged();
        assertThat(device.state.view(A).isEmpty()).isTrue();
        assertThat(device.state.evictedRange()).isPresent();
    }

    @Test
    void whatHasLessFieldsNowIsErasedFromTheFiles() {
        fill();
        device.state.stage(page(Patch.newBuilder()
                .setWhole(true)
                .setState(ByteString.copyFrom(
                        relay.state(A, 1).only(Set.of(FieldName.LIFE)).encode()))));
        device.state.applyStaged();
        assertThat(device.state.view(A).value("phone")).isEmpty();
        assertThat(device.state.evictedRange()).isPresent();
    }

    @Test
    void whatDoesNotFitIsForgottenAndAskedForAgain() {
        fill();
        relay.write(A, edit -> edit.set("other", Value.of("o")));
        stageAll();
        byte[] cursor = device.state.cursor();
        // Its context does not have what the base has.
        ModelRelay stranger = new ModelRelay();
        stranger.write(A, edit -> edit.set("name", Value.of("y")));
        device.state.stage(page(Patch.newBuilder()
                .setState(
                        ByteString.copyFrom(stranger.state(A, 1).only(Set.of()).encode()))));
        assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(this::prepareAll);
        assertThat(device.state.waiting()).isEqualTo(Waiting.NONE);
        assertThat(device.state.cursor()).isNotEqualTo(cursor);
        device.state.receive(relay.page(device.progress(), relay.head()));
        assertThat(device.state.view(A)).isEqualTo(relay.state(A, relay.head()));
    }

    @Test
    void indexesFollowWhetherTheyWereThereOrCameMeanwhile() {
        IndexDeclaration name = new IndexDeclaration("account", "name");
        IndexDeclaration phone = new IndexDeclaration("account", "phone");
        device.state.indexes().declare(Set.of(name));
        fill();
        while (device.state.indexes().build()) {}
        relay.write(A, edit -> edit.set("name", Value.of("y")).set("phone", Value.of("2")));
        stageAll();
        prepareAll();
        device.state.applyStaged();
        List<String> kept = index();
        assertThat(kept).isEqualTo(indexAnew(name));
        relay.write(A, edit -> edit.set("name", Value.of("z")).set("phone", Value.of("3")));
        relay.write(B, edit -> edit.delete());
        stageAll();
        prepareAll();
        device.state.indexes().declare(Set.of(name, phone));
        while (device.state.indexes().build()) {}
        device.state.applyStaged();
        List<String> now = index();
        assertThat(now).isEqualTo(indexAnew(name, phone));
    }

    private List<String> index() {
        List<String> entries = new ArrayList<>();
        try (Scan scan = device.storage.scan(ReplicaFamilies.INDEX, new byte[0], null)) {
            while (scan.next()) {
                byte[] key = scan.key();
                entries.add(new String(key, Integer.BYTES, key.length - Integer.BYTES, StandardCharsets.UTF_8));
            }
        }
        Collections.sort(entries);
        return entries;
    }

    private List<String> indexAnew(IndexDeclaration... declared) {
        device.state.indexes().declare(Set.of());
        assertThat(index()).isEmpty();
        device.state.indexes().declare(Set.of(declared));
        while (device.state.indexes().build()) {}
        return index();
    }

    @Test
    void whatADeviceTellsOfItselfNeitherWaitsNorFailsForAPerson() {
        device.edit(new RecordKey(ReplicaFamilies.TRACKING, "1"), edit -> edit.set("way", Value.of("live")));
        assertThat(device.state.pendingCount()).isZero();
        assertThat(device.state.unjudgedCount()).isZero();
        device.edit(A, edit -> edit.create());
        assertThat(device.state.pendingCount()).isEqualTo(1);
        relay.reject(device.pending(1));
        device.state.judge(relay.verdicts(1, 2));
        assertThat(device.state.errorCount()).isZero();
        assertThat(device.state.pendingCount()).isEqualTo(1);
        assertThat(device.state
                        .view(new RecordKey(ReplicaFamilies.TRACKING, "1"))
                        .isEmpty())
                .isTrue();
        relay.accept(device.pending(2));
        device.state.judge(relay.verdicts(2, 3));
        device.state.receive(relay.page(0, 1));
        assertThat(device.state.pendingCount()).isZero();
    }

    @Test
    void aLossOfPowerAnywhereLeavesTheOldOrTheNew() {
        for (long seed : LongStream.range(0, 60).toArray()) {
            Device killed = new Device();
            ModelRelay office = new ModelRelay();
            Random random = new Random(seed);
            office.write(A, edit -> edit.create().set("name", Value.of(0)));
            killed.state.receive(office.page(0, 1));
            killed.edit(B, edit -> edit.create().set("name", Value.of("mine")));
            for (int i = 1; i < 6; i++) {
                int number = i;
                office.write(A, edit -> edit.set("name", Value.of(number)));
                killed.state.stage(office.page(killed.since(), killed.progress(), office.head()));
                killed.state.prepareStaged();
                if (random.nextInt(3) == 0) {
                    killed.state.applyStaged();
                }
            }
            killed.crash(random);
            long applied = killed.state.appliedPosition().sequence();
            assertThat(killed.state.view(A)).isEqualTo(office.state(A, applied));
            assertThat(killed.state.view(B).value("name")).hasValue(Value.of("mine"));
            killed.state.stage(office.page(killed.since(), killed.progress(), office.head()));
            killed.state.applyStaged();
            assertThat(killed.state.view(A)).isEqualTo(office.state(A, office.head()));
        }
    }

    private Page page(Patch.Builder patch) {
        return ModelRelay.page(
                        device.progress(),
                        relay.head() + 1,
                        Patches.newBuilder()
                                .addPatch(patch.setType(A.type()).setId(A.id()))
                                .build())
                .setCursor(ByteString.copyFrom(new byte[16]))
                .setConsistent(true)
                .build();
    }

    private io.anabranch.replica.commit.Commit commitOf(RecordKey key) {
        device.edit(key, edit -> edit.set("name", Value.of("mine")));
        return device.pending(1);
    }

    private void fill() {
        relay.write(A, edit -> edit.create().set("name", Value.of("x")).set("phone", Value.of("1")));
        relay.write(B, edit -> edit.create());
        device.state.receive(relay.page(0, 2));
    }

    private void stageAll() {
        device.state.stage(relay.page(device.since(), device.progress(), relay.head()));
    }

    private void prepareAll() {
        while (device.state.prepareStaged()) {}
    }
}
