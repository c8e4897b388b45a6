package io.anabranch.replica.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.commit.CommitChain;
import io.anabranch.replica.commit.SignedCommits;
import io.anabranch.replica.identity.CommitKey;
import io.anabranch.replica.wire.WireLimits;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LocalCommitTest {

    private static final RecordKey A = new RecordKey("account", "a");
    private static final RecordKey B = new RecordKey("account", "b");

    private final Device device = new Device();

    @Test
    void aCommitIsVisibleAtOnceAndDurable() {
        assertThat(device.edit(A, edit -> edit.set("name", Value.of("x")))).isEqualTo(1);
        assertThat(device.changes).singleElement().satisfies(change -> {
            assertThat(change.before().isEmpty()).isTrue();
            assertThat(change.after()).isEqualTo(device.state.view(A));
        });
        device.crash(new Random(1));
        assertThat(device.state.view(A).value("name")).hasValue(Value.of("x"));
        assertThat(device.base(A).isEmpty()).isTrue();
        assertThat(device.state.pendingCount()).isEqualTo(1);
        assertThat(device.state.lastSeq()).isEqualTo(1);
        assertThat(device.edit(B, edit -> edit.create())).isEqualTo(2);
    }

    @Test
    void aSaveThatChangesNothingIsNoCommit() {
        assertThat(device.commit(builder -> builder.edit(A))).isZero();
        assertThat(device.state.pendingCount()).isZero();
        assertThat(device.signatures).isZero();
    }

    @Test
    void aSaveThatThrowsLeavesNothingAndTheGroupGoesOn() {
        CommitGroup group = device.state.newGroup();
        group.add(builder -> builder.edit(A).set("n", Value.of(1)));
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> group.add(builder -> {
                    builder.edit(A).set("n", Value.of(2));
                    throw new UnsupportedOperationException();
                }));
        assertThat(group.add(builder -> builder.edit(B).set("n", Value.of(3)))).isEqualTo(2);
        group.write();
        assertThat(device.state.view(A).value("n")).hasValue(Value.of(1));
    }

    @Test
    void aGroupThatIsNotWrittenLeavesNoTrace() {
        String before = device.dump();
        device.state.newGroup().add(builder -> builder.edit(A).set("n", Value.of(1)));
        assertThat(device.dump()).isEqualTo(before);
        assertThat(device.state.view(A).isEmpty()).isTrue();
        assertThat(device.edit(A, edit -> edit.create())).isEqualTo(1);
    }

    @Test
    void aGroupThatHasReadWhatIsNoLongerSoIsNotWritten() {
        ModelRelay relay = new ModelRelay();
        relay.write(A, edit -> edit.set("n", Value.of("office")));
        CommitGroup group = device.state.newGroup();
        group.add(builder -> builder.edit(A).set("m", Value.of("mine")));
        device.state.receive(relay.page(0, 1));
        assertThatIllegalStateException().isThrownBy(group::write);
        assertThat(device.state.view(A)).isEqualTo(relay.state(A, 1));
        assertThat(device.state.pendingCount()).isZero();
    }

    @Test
    void aCommitThatIsTooLargeIsRefusedWhole() {
        CommitGroup group = device.state.newGroup();
        assertThatExceptionOfType(CommitTooLargeException.class)
                .isThrownBy(() -> group.add(builder ->
                        builder.edit(A).set("n", Value.of("x".repeat(WireLimits.COMMIT_SIZE_MAX)))));
        assertThat(group.isEmpty()).isTrue();
        assertThat(group.add(builder -> builder.edit(A).create())).isEqualTo(1);
    }

    @Test
    void theSavesOfAGroupSeeEachOtherAndShareOneSignature() {
        CommitGroup group = device.state.newGroup();
        group.add(builder -> builder.edit(A).set("n", Value.of(1)));
        group.add(builder -> {
            assertThat(builder.view(A).value("n")).hasValue(Value.of(1));
            builder.edit(A).set("n", Value.of(2));
        });
        group.write();
        assertThat(device.signatures).isEqualTo(1);
        assertThat(device.state.view(A).values("n")).containsExactly(Value.of(2));
        assertVerified(batch(1), 1, 2);
    }

    @Test
    void aBatchTakesWholeGroupsAndItsLastSignatureProvesItAll() {
        for (int i = 0; i < 3; i++) {
            CommitGroup group = device.state.newGroup();
            group.add(builder -> builder.edit(A).increment("n", 1));
            group.add(builder -> builder.edit(B).increment("n", 1));
            group.write();
        }
        assertThat(device.signatures).isEqualTo(3);
        assertVerified(batch(1), 1, 6);
        assertVerified(batch(4), 4, 3);
        assertThat(device.state.batchFrom(7)).isNull();
        device.crash(new Random(1));
        assertVerified(batch(1), 1, 6);
    }

    @Test
    void aBatchEndsAtItsLimits() {
        int groups = WireLimits.COMMITS_PER_BATCH_MAX / 400 + 1;
        for (int i = 0; i < groups; i++) {
            CommitGroup group = device.state.newGroup();
            for (int j = 0; j < 400; j++) {
                group.add(builder -> builder.edit(A).increment("n", 1));
            }
            group.write();
        }
        assertVerified(batch(1), 1, 800);
        device.edit(B, edit -> edit.set("big", Value.of("x".repeat(WireLimits.BATCH_SIZE_TARGET))));
        device.edit(B, edit -> edit.set("small", Value.of("x")));
        assertVerified(batch(1201), 1201, 1);
        assertVerified(batch(1202), 1202, 1);
    }

    @Test
    void aDamagedBatchDoesNotVerify() {
        device.edit(A, edit -> edit.set("n", Value.of(1)));
        SignedCommits batch = batch(1);
        byte[] body = batch.bodies().get(0).clone();
        body[body.length - 1] ^= 1;
        SignedCommits damaged = new SignedCommits(
                batch.replica(), batch.firstSeq(), batch.previousLink(), List.of(body), batch.signature());
        assertThat(isGenuine(damaged)).isFalse();
    }

    @Test
    void aLaterWriteSupersedesWhatEarlierPendingOnesHide() {
        ModelRelay relay = new ModelRelay();
        relay.write(A, edit -> edit.set("n", Value.of("office")));
        device.state.receive(relay.page(0, 1));
        device.edit(A, edit -> edit.set("n", Value.of("first")));
        device.edit(A, edit -> edit.set("n", Value.of("second")));
        relay.reject(device.pending(1));
        relay.accept(device.pending(2));
        device.state.judge(relay.verdicts(1, 3));
        device.state.receive(relay.page(1, relay.head()));
        device.state.errors().discard(1);
        assertThat(device.state.view(A).values("n")).containsExactly(Value.of("second"));
    }

    @Test
    void stampsFollowTheRelaysClockWhereTheDevicesIsFarOff() {
        device.state.observeRelayClock(1_700_000_000_000L);
        device.crash(new Random() {
            @Override
            public int nextInt(int bound) {
                return bound - 1;
            }
        });
        device.edit(A, edit -> edit.create());
        assertThat(device.pending(1).stamp() >>> 16).isBetween(1_700_000_000_000L, 1_700_000_001_000L);
    }

    private SignedCommits batch(long firstSeq) {
        return Objects.requireNonNull(device.state.batchFrom(firstSeq));
    }

    private void assertVerified(SignedCommits batch, long firstSeq, int count) {
        assertThat(batch.firstSeq()).isEqualTo(firstSeq);
        assertThat(batch.bodies()).hasSize(count);
        assertThat(isGenuine(SignedCommits.of(batch.toMessage()))).isTrue();
        for (int i = 0; i < count; i++) {
            Commit commit = Commit.decode(batch.bodies().get(i));
            assertThat(commit.seq()).isEqualTo(firstSeq + i);
            assertThat(commit.deltas()).isNotEmpty().noneMatch(Record::isEmpty);
        }
        byte[] link = firstSeq == 1 ? CommitChain.start() : lastLink(batch(firstSeq - 1));
        assertThat(firstSeq == 1 ? batch.previousLink() : link).isEqualTo(link);
    }

    private byte[] lastLink(SignedCommits batch) {
        return batch.links().get(batch.bodies().size() - 1);
    }

    private boolean isGenuine(SignedCommits batch) {
        return CommitKey.verify(device.key.publicKey(), batch.signedMessage(lastLink(batch)), batch.signature());
    }
}
