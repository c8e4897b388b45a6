package io.anabranch.replica.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.replica.commit.Commit;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SyncErrorTest {

    private static final RecordKey A = new RecordKey("account", "a");
    private static final RecordKey B = new RecordKey("account", "b");

    private final Device device = new Device();
    private final ModelRelay relay = new ModelRelay();

    @Test
    void discardingTakesTheContentOutOfTheView() {
        relay.write(A, edit -> edit.set("n", Value.of("office")));
        device.state.receive(relay.page(0, 1));
        device.edit(A, edit -> edit.set("n", Value.of("mine")));
        rejectNext();
        assertThat(device.state.errors().discard(1)).isTrue();
        assertThat(device.state.view(A)).isEqualTo(relay.state(A, 1));
        assertThat(device.state.errorCount()).isZero();
        assertThat(device.state.errors().discard(1)).isFalse();
        device.crash(new Random(1));
        assertThat(device.state.view(A)).isEqualTo(relay.state(A, 1));
        assertThat(device.state.errorCount()).isZero();
    }

    @Test
    void whatIsPendingCannotBeDiscardedOrRetried() {
        device.edit(A, edit -> edit.create());
        assertThat(device.state.errors().discard(1)).isFalse();
        assertThat(device.state.errors().retry(1)).isZero();
        assertThat(device.state.pendingCount()).isEqualTo(1);
    }

    @Test
    void theDotsOfADiscardedCommitAreNotUsedAgain() {
        device.edit(A, edit -> edit.set("n", Value.of(1)));
        long last = device.pending(1).deltas().get(0).context().last(Device.REPLICA);
        rejectNext();
        device.state.errors().discard(1);
        device.crash(new Random(1));
        device.edit(A, edit -> edit.set("n", Value.of(2)));
        assertThat(firstDot(device.pending(2).deltas().get(0))).isGreaterThan(last);
    }

    @Test
    void theDotsOfEditsThatAreHeldAreNotUsedAgain() {
        device.edit(A, edit -> edit.set("n", Value.of(1)));
        device.edit(A, edit -> edit.set("m", Value.of(2)).set("k", Value.of(2)));
        long last = device.pending(2).deltas().get(0).context().last(Device.REPLICA);
        rejectNext();
        device.state.errors().discard(1);
        assertThat(device.state.view(A).isEmpty()).isTrue();
        device.edit(A, edit -> edit.set("n", Value.of(3)));
        assertThat(firstDot(device.pending(3).deltas().get(0))).isGreaterThan(last);
    }

    @Test
    void anEditOfARecordWhoseCreationWasDiscardedIsHeldAndNotShownAsAHusk() {
        device.edit(A, edit -> edit.set("n", Value.of(1)));
        device.edit(A, edit -> edit.set("m", Value.of(2)));
        rejectNext();
        device.state.errors().discard(1);
        assertThat(device.state.view(A).isEmpty()).isTrue();
        assertThat(device.state.pendingCount()).isEqualTo(1);
        device.crash(new Random(1));
        assertThat(device.state.view(A).isEmpty()).isTrue();
        relay.write(A, edit -> edit.set("n", Value.of("office")));
        device.state.receive(relay.page(0, 1));
        assertThat(device.state.view(A).value("n")).hasValue(Value.of("office"));
        assertThat(device.state.view(A).value("m")).hasValue(Value.of(2));
    }

    @Test
    void whatWasHeldShowsWhenTheRecordIsCreatedAgain() {
        device.edit(A, edit -> edit.set("n", Value.of(1)));
        device.edit(A, edit -> edit.set("m", Value.of(2)));
        rejectNext();
        device.state.errors().discard(1);
        Record held = device.pending(2).deltas().get(0);
        device.edit(A, edit -> edit.set("n", Value.of(3)));
        assertThat(device.state.view(A))
                .isEqualTo(held.join(device.pending(3).deltas().get(0)));
    }

    @Test
    void anEditThatIsHeldStaysSoWhenItIsRetried() {
        device.edit(A, edit -> edit.set("n", Value.of(1)));
        device.edit(A, edit -> edit.set("m", Value.of(2)));
        rejectNext();
        rejectNext();
        device.state.errors().discard(1);
        assertThat(device.state.errors().retry(2)).isEqualTo(3);
        assertThat(device.state.view(A).isEmpty()).isTrue();
        assertThat(device.state.pendingCount()).isEqualTo(1);
    }

    @Test
    void retryingMakesANewCommitThatSupersedesTheOldOne() {
        relay.write(A, edit -> edit.set("n", Value.of("office")));
        device.state.receive(relay.page(0, 1));
        device.edit(A, edit -> edit.set("n", Value.of("mine")).increment("count", 2));
        Record rejected = device.pending(1).deltas().get(0);
        rejectNext();
        assertThat(device.state.errors().retry(1)).isEqualTo(2);
        assertThat(device.state.errorCount()).isZero();
        assertThat(device.state.pendingCount()).isEqualTo(1);
        assertThat(device.state.view(A).values("n")).containsExactly(Value.of("mine"));
        assertThat(device.state.view(A).count("count")).isEqualTo(2);
        Record retried = device.pending(2).deltas().get(0);
        assertThat(retried.context().containsAll(rejected.context())).isTrue();
        assertThat(firstDot(retried)).isGreaterThan(rejected.context().last(Device.REPLICA));
        relay.accept(device.pending(2));
        device.state.judge(relay.verdicts(1, 3));
        device.state.receive(relay.page(1, 2));
        assertThat(device.state.view(A)).isEqualTo(relay.state(A, 2));
        assertThat(device.state.pendingCount()).isZero();
    }

    @Test
    void oneErrorBlocksNothingElse() {
        RecordKey other = new RecordKey("account", "b");
        device.edit(A, edit -> edit.set("n", Value.of(1)));
        device.edit(other, edit -> edit.set("n", Value.of(1)));
        rejectNext();
        relay.accept(device.pending(2));
        device.state.judge(relay.verdicts(1, 3));
        device.state.receive(relay.page(0, 1));
        assertThat(device.state.pendingCount()).isZero();
        assertThat(device.state.errorCount()).isEqualTo(1);
        assertThat(device.state.view(A).value("n")).hasValue(Value.of(1));
    }

    @Test
    void anErrorThatIsAcceptedLaterIsConfirmedWhenTheCursorPasses() {
        device.edit(A, edit -> edit.set("n", Value.of(1)));
        device.edit(B, edit -> edit.set("n", Value.of(1)));
        Commit first = device.pending(1);
        rejectNext();
        relay.accept(device.pending(2));
        device.state.judge(relay.verdicts(2, 3));
        relay.acceptAfterAll(first);
        assertThat(device.state.errors().firstSeq()).isEqualTo(1);
        device.state.judge(relay.verdicts(1, 2));
        assertThat(device.state.errorCount()).isZero();
        assertThat(device.state.errors().firstSeq()).isZero();
        assertThat(device.state.pendingCount()).isEqualTo(2);
        device.state.receive(relay.page(0, 1));
        assertThat(device.state.pendingCount()).isEqualTo(1);
        assertThat(device.state.isConfirmedThrough(1)).isFalse();
        device.edit(B, edit -> edit.set("n", Value.of(2)));
        device.crash(new Random(1));
        assertThat(device.state.firstUnjudgedSeq()).isEqualTo(1);
        relay.accept(device.pending(3));
        device.state.judge(relay.verdicts(1, 4));
        device.state.receive(relay.page(1, relay.head()));
        assertThat(device.state.pendingCount()).isZero();
        assertThat(device.state.view(A)).isEqualTo(relay.state(A, relay.head()));
    }

    @Test
    void anErrorThatWasAcceptedBeforeTheCursorIsConfirmedAtOnce() {
        device.edit(A, edit -> edit.set("n", Value.of(1)));
        Commit first = device.pending(1);
        rejectNext();
        relay.acceptAfterAll(first);
        device.state.receive(relay.page(0, 1));
        device.state.judge(relay.verdicts(1, 2));
        assertThat(device.state.errorCount()).isZero();
        assertThat(device.state.pendingCount()).isZero();
        assertThat(device.state.view(A)).isEqualTo(relay.state(A, 1));
    }

    @Test
    void anErrorMayBeEditedAndRetried() {
        device.edit(A, edit -> edit.set("n", Value.of("wrong")).set("m", Value.of(1)));
        rejectNext();
        long seq = device.state
                .errors()
                .retry(
                        1,
                        Set.of(),
                        builder -> builder.edit(A).set("n", Value.of("right")).add("s", Value.of(1)));
        assertThat(seq).isEqualTo(2);
        Record retried = device.pending(2).deltas().get(0);
        assertThat(retried.creates()).isTrue();
        assertThat(retried.values("n")).containsExactly(Value.of("right"));
        assertThat(retried.value("m")).hasValue(Value.of(1));
        assertThat(device.state.view(A)).isEqualTo(retried);
        relay.accept(device.pending(2));
        device.state.judge(relay.verdicts(1, 3));
        device.state.receive(relay.page(0, 1));
        assertThat(device.state.view(A)).isEqualTo(relay.state(A, 1));
    }

    @Test
    void aFieldMayBeLeftOutOfARetry() {
        relay.write(A, edit -> edit.set("n", Value.of("office")).set("m", Value.of("office")));
        device.state.receive(relay.page(0, 1));
        device.edit(A, edit -> edit.set("n", Value.of("mine")).set("m", Value.of("mine")));
        rejectNext();
        assertThat(device.state.errors().retry(1, Set.of("n"), builder -> {})).isEqualTo(2);
        assertThat(device.state.view(A).value("n")).hasValue(Value.of("office"));
        assertThat(device.state.view(A).values("m")).containsExactly(Value.of("mine"));
        relay.accept(device.pending(2));
        assertThat(relay.state(A, 2).value("n")).hasValue(Value.of("office"));
        assertThat(relay.state(A, 2).values("m")).containsExactly(Value.of("mine"));
    }

    @Test
    void aRetryOfNothingLeavesTheError() {
        relay.write(A, edit -> edit.create());
        device.state.receive(relay.page(0, 1));
        device.edit(A, edit -> edit.set("n", Value.of("mine")));
        rejectNext();
        String before = device.dump();
        assertThat(device.state.errors().retry(1, Set.of("n", ""), builder -> {}))
                .isZero();
        assertThat(device.state.errorCount()).isEqualTo(1);
        assertThat(device.dump()).isEqualTo(before);
    }

    @Test
    void aDeletedRecordComesBackWithTheRetry() {
        relay.write(A, edit -> edit.set("n", Value.of("office")).set("m", Value.of(1)));
        device.state.receive(relay.page(0, 1));
        Record seen = device.state.view(A);
        relay.write(A, RecordEdit::delete);
        device.state.receive(relay.page(1, 2));
        device.commit(builder -> builder.repeat(new RecordEdit(
                        seen, null, new RecordEdit.Author(Device.REPLICA, 1, 5), RecordEdit.DeleteRule.DELETE_WINS)
                .set("n", Value.of("mine"))
                .build()));
        rejectNext();
        assertThat(device.state.view(A).alive()).isFalse();
        device.state.errors().retry(1, Set.of(), builder -> builder.edit(A).undelete());
        assertThat(device.state.view(A).alive()).isTrue();
        relay.accept(device.pending(2));
        assertThat(relay.state(A, 3).alive()).isTrue();
        assertThat(relay.state(A, 3).value("n")).hasValue(Value.of("mine"));
        assertThat(relay.state(A, 3).value("m")).hasValue(Value.of(1));
    }

    @Test
    void errorsThatRestOnOneAnotherComeToTheSameWhenRetriedInOrder() {
        device.edit(
                A, edit -> edit.set("n", Value.of(1)).add("s", Value.of("x")).add("s", Value.of("y")));
        device.edit(A, edit -> edit.set("n", Value.of(2)).remove("s", Value.of("x")));
        rejectNext();
        rejectNext();
        device.state.errors().retry(1);
        device.crash(new Random(1));
        assertThat(device.state.view(A).values("n")).containsExactly(Value.of(2));
        assertThat(device.state.view(A).elements("s")).containsExactly(Value.of("y"));
        device.state.errors().retry(2);
        assertThat(device.state.view(A).values("n")).containsExactly(Value.of(2));
        relay.accept(device.pending(3));
        relay.accept(device.pending(4));
        assertThat(relay.state(A, 2).values("n")).containsExactly(Value.of(2));
        assertThat(relay.state(A, 2).elements("s")).containsExactly(Value.of("y"));
        assertThat(device.state.errorCount()).isZero();
    }

    @Test
    void aNoteStaysWithAnError() {
        device.edit(A, edit -> edit.set("n", Value.of(1)));
        assertThat(device.state.errors().note(1, "please")).isFalse();
        rejectNext();
        assertThat(device.state.errors().note(1, "please")).isTrue();
        device.crash(new Random(1));
        assertThat(device.state.errors().list(9).get(0).note()).isEqualTo("please");
    }

    private void rejectNext() {
        long seq = relay.nextSeq();
        relay.reject(device.pending(seq));
        device.state.judge(relay.verdicts(1, seq + 1));
    }

    private static long firstDot(Record delta) {
        return delta.fields().stream()
                .flatMap(field -> field.entries().stream())
                .mapToLong(entry -> entry.dot().n())
                .min()
                .orElseThrow();
    }
}
