package io.anabranch.replica.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.commit.SignedCommits;
import io.anabranch.replica.identity.CommitKey;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A store that is a copy goes on as another replica. Two devices of the test have the same id: each is the other's copy. */
class SuccessionTest {

    private static final RecordKey A = new RecordKey("account", "a");
    private static final RecordKey B = new RecordKey("account", "b");
    private static final long SUCCESSOR = 8;

    private final Device original = new Device();
    private final Device copy = new Device();
    private final ModelRelay relay = new ModelRelay();
    private final CommitKey key = key();

    private static CommitKey key() {
        byte[] seed = new byte[CommitKey.SEED_SIZE];
        Arrays.fill(seed, (byte) 8);
        return CommitKey.ofSeed(seed);
    }

    private void diverge() {
        original.edit(A, edit -> edit.set("title", Value.of("of the original")));
        copy.edit(A, edit -> edit.set("place", Value.of("of the copy")));
        copy.edit(A, edit -> edit.set("place", Value.of("later")).add("topics", Value.of("x")));
        copy.edit(B, edit -> edit.set("title", Value.of("b")));
        relay.accept(original.pending(1));
        copy.state.receive(relay.page(0, 1));
    }

    @Test
    void aCopyIsToldByTheLinkOfTheLastCommitThatTheRelayKnows() {
        diverge();
        byte[] link = links(original).get(0);
        assertThat(original.state.isContinuedAt(2, link)).isTrue();
        assertThat(copy.state.isContinuedAt(2, link)).isFalse();
        assertThat(copy.state.isContinuedAt(1, new byte[32])).isTrue();
        assertThat(copy.state.isContinuedAt(5, link)).isFalse();
        assertThat(copy.state.isContinuedAt(4, links(copy).get(2))).isTrue();
    }

    private static List<byte[]> links(Device device) {
        return device.state.pending(1, 100).stream()
                .map(commit -> device.storage.get(
                        ReplicaFamilies.PENDING, ReplicaFamilies.commitKey(Device.REPLICA, commit.seq() + 1)))
                .map(row -> row == null
                        ? device.state.head().link()
                        : PendingLog.parse(row).getPreviousLink().toByteArray())
                .toList();
    }

    @Test
    void whatItHasNotSentIsMadeAnewBesideWhatTheOriginalWroteUnderTheSameDots() {
        diverge();
        copy.state.succeed(SUCCESSOR, key::sign, batch -> {});
        Record view = copy.state.view(A);
        assertThat(view.value("title")).contains(Value.of("of the original"));
        assertThat(view.value("place")).contains(Value.of("later"));
        assertThat(copy.state.view(B).value("title")).contains(Value.of("b"));
        assertThat(copy.state.pendingCount()).isEqualTo(3);
        assertThat(copy.state.replica()).isEqualTo(SUCCESSOR);
        for (Commit commit : copy.state.pending(1, 10)) {
            assertThat(commit.replica()).isEqualTo(SUCCESSOR);
            commit.deltas()
                    .forEach(delta -> assertThat(delta.context().replicas()).containsOnly(SUCCESSOR));
        }
        SignedCommits batch = Objects.requireNonNull(copy.state.batchFrom(1), "there are commits to send");
        byte[] last = batch.links().get(2);
        assertThat(CommitKey.verify(key.publicKey(), batch.signedMessage(last), batch.signature()))
                .isTrue();
        assertThat(batch.firstSeq()).isEqualTo(1);
    }

    @Test
    void itIsTheSameAfterACrashAndGoesOn() {
        diverge();
        copy.state.succeed(SUCCESSOR, key::sign, batch -> {});
        Record view = copy.state.view(A);
        ReplicaState opened = new ReplicaState(copy.storage, SUCCESSOR, key::sign, () -> 1_800_000_000_000L);
        assertThat(opened.view(A)).isEqualTo(view);
        assertThat(opened.pendingCount()).isEqualTo(3);
        CommitGroup group = opened.newGroup();
        assertThat(group.add(builder -> builder.edit(B).set("title", Value.of("more"))))
                .isEqualTo(4);
        group.write();
        assertThat(opened.view(B).value("title")).contains(Value.of("more"));
    }

    @Test
    void aSyncErrorIsSentAgainAndWhatWasAcceptedIsNot() {
        copy.edit(A, edit -> edit.set("title", Value.of("accepted")));
        copy.edit(B, edit -> edit.set("title", Value.of("rejected")));
        relay.accept(copy.pending(1));
        relay.reject(copy.pending(2));
        copy.state.judge(relay.verdicts(1, 3));
        copy.state.succeed(SUCCESSOR, key::sign, batch -> {});
        assertThat(copy.state.errorCount()).isZero();
        assertThat(copy.state.pending(1, 10))
                .singleElement()
                .satisfies(commit -> assertThat(commit.deltas().get(0).key()).isEqualTo(B));
        copy.state.receive(relay.page(0, 1));
        assertThat(copy.state.view(A)).isEqualTo(relay.state(A, 1));
    }
}
