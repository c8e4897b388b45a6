package io.anabranch.replica.state;

import static io.anabranch.replica.state.ModelRelay.accepted;
import static io.anabranch.replica.state.ModelRelay.rejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.proto.RejectionCode;
import io.anabranch.proto.VerdictRun;
import io.anabranch.proto.Verdicts;
import io.anabranch.replica.wire.MalformedMessageException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class VerdictTest {

    private static final RecordKey A = new RecordKey("account", "a");
    private static final RecordKey B = new RecordKey("account", "b");

    private final Device device = new Device();
    private final ModelRelay relay = new ModelRelay();

    @Test
    void anAcceptedCommitStaysPendingUntilAConsistentPagePassesIt() {
        device.edit(A, edit -> edit.set("n", Value.of(1)));
        relay.write(B, edit -> edit.create());
        relay.accept(device.pending(1));
        Record view = device.state.view(A);
        device.state.judge(relay.verdicts(1, 2));
        assertThat(device.state.firstUnjudgedSeq()).isEqualTo(2);
        assertThat(device.state.pendingCount()).isEqualTo(1);
        device.state.receive(relay.partialPage(0, 0, 2));
        assertThat(device.state.pendingCount()).isEqualTo(1);
        device.changes.clear();
        device.state.receive(relay.page(0, 2, 2));
        assertThat(device.state.pendingCount()).isZero();
        assertThat(device.state.view(A)).isEqualTo(view).isEqualTo(relay.state(A, 2));
        assertThat(device.base(A)).isEqualTo(relay.state(A, 2));
        assertThat(device.changes).isEmpty();
    }

    @Test
    void aVerdictMayComeAfterThePage() {
        device.edit(A, edit -> edit.set("n", Value.of(1)));
        relay.accept(device.pending(1));
        device.state.receive(relay.page(0, 1));
        assertThat(device.state.pendingCount()).isEqualTo(1);
        device.state.judge(relay.verdicts(1, 2));
        assertThat(device.state.pendingCount()).isZero();
        assertThat(device.state.view(A)).isEqualTo(relay.state(A, 1));
    }

    @Test
    void aPageThatEndsBeforeTheVerdictsPositionConfirmsNothing() {
        device.edit(A, edit -> edit.set("n", Value.of(1)));
        device.edit(A, edit -> edit.set("n", Value.of(2)));
        relay.accept(device.pending(1));
        relay.accept(device.pending(2));
        device.state.judge(Verdicts.newBuilder().addRuns(accepted(1, 2, 1)).build());
        device.state.receive(relay.page(0, 1));
        assertThat(device.state.pending(1, 9))
                .extracting(commit -> commit.seq())
                .containsExactly(2L);
        assertThat(device.state.view(A).values("n")).containsExactly(Value.of(2));
        device.state.receive(relay.page(1, 2));
        assertThat(device.state.pendingCount()).isZero();
    }

    @Test
    void aRejectedCommitBecomesAnErrorAndStaysInTheView() {
        relay.write(A, edit -> edit.set("n", Value.of("office")));
        device.state.receive(relay.page(0, 1));
        device.edit(A, edit -> edit.set("n", Value.of("mine")));
        relay.reject(device.pending(1));
        Record view = device.state.view(A);
        device.state.judge(relay.verdicts(1, 2));
        assertThat(device.state.pendingCount()).isZero();
        assertThat(device.state.errorCount()).isEqualTo(1);
        SyncError error = device.state.errors().list(9).get(0);
        assertThat(error.seq()).isEqualTo(1);
        assertThat(error.rejection().getCode()).isEqualTo(RejectionCode.VALIDATION_FAILED);
        assertThat(error.commit().deltas().get(0).value("n")).hasValue(Value.of("mine"));
        assertThat(device.state.view(A)).isEqualTo(view);
        relay.write(A, edit -> edit.set("phone", Value.of(1)));
        device.state.receive(relay.page(1, 2));
        assertThat(device.state.view(A).value("n")).hasValue(Value.of("mine"));
        assertThat(device.state.view(A).value("phone")).hasValue(Value.of(1));
        assertThat(device.state.batchFrom(1)).isNull();
    }

    @Test
    void verdictsMayOverlapAndRepeat() {
        for (int i = 0; i < 4; i++) {
            device.edit(A, edit -> edit.increment("n", 1));
        }
        Verdicts first = Verdicts.newBuilder()
                .addRuns(accepted(1, 2, 1))
                .addRuns(rejected(3, 1))
                .build();
        device.state.judge(first);
        device.state.judge(first);
        device.state.judge(Verdicts.newBuilder()
                .addRuns(rejected(2, 2))
                .addRuns(accepted(4, 1, 4))
                .build());
        assertThat(device.state.firstUnjudgedSeq()).isEqualTo(5);
        assertThat(device.state.errorCount()).isEqualTo(1);
        assertThat(device.state.pending(1, 9))
                .extracting(commit -> commit.seq())
                .containsExactly(1L, 2L, 4L);
    }

    @Test
    void verdictsRepeatedAfterARestartAreTakenOnce() {
        for (int i = 0; i < 4; i++) {
            device.edit(A, edit -> edit.increment("n", 1));
        }
        relay.accept(device.pending(1));
        relay.reject(device.pending(2));
        relay.reject(device.pending(3));
        relay.accept(device.pending(4));
        device.state.judge(relay.verdicts(1, 5));
        device.state.errors().discard(3);
        device.crash(new Random(1));
        assertThat(device.state.firstUnjudgedSeq()).isEqualTo(1);
        assertThat(device.state.pendingCount()).isEqualTo(2);
        device.state.judge(relay.verdicts(1, 5));
        assertThat(device.state.errors().list(9)).extracting(SyncError::seq).containsExactly(2L);
        assertThat(device.state.errorCount()).isEqualTo(1);
        device.state.receive(relay.page(0, 2));
        assertThat(device.state.pendingCount()).isZero();
        assertThat(device.state.view(A).count("n")).isEqualTo(3);
    }

    @Test
    void anErrorThatARelayAcceptsAfterAllStaysAnErrorAndStopsNothing() {
        device.edit(A, edit -> edit.increment("n", 1));
        device.edit(A, edit -> edit.increment("n", 1));
        device.state.judge(Verdicts.newBuilder()
                .addRuns(accepted(1, 1, 5))
                .addRuns(rejected(2, 1))
                .build());
        device.edit(B, edit -> edit.create());
        device.crash(new Random(1));
        device.state.judge(Verdicts.newBuilder().addRuns(accepted(1, 2, 1)).build());
        relay.write(B, edit -> edit.create());
        relay.write(B, edit -> edit.create());
        device.state.receive(relay.page(0, 2));
        assertThat(device.state.errorCount()).isEqualTo(1);
        assertThat(device.state.pendingCount()).isEqualTo(1);
    }

    @Test
    void theDotsOfAConfirmedCommitThatTheBaseDoesNotShowAreNotUsedAgain() {
        device.edit(A, edit -> edit.set("n", Value.of(1)));
        long last = device.pending(1).deltas().get(0).context().last(Device.REPLICA);
        relay.accept(device.pending(1));
        device.state.judge(relay.verdicts(1, 2));
        device.state.receive(relay.page(0, 1).toBuilder().clearPatches().build());
        assertThat(device.state.view(A).isEmpty()).isTrue();
        device.edit(A, edit -> edit.set("n", Value.of(2)));
        assertThat(device.pending(2).deltas().get(0).fields())
                .flatMap(field -> field.entries())
                .allMatch(entry -> entry.dot().n() > last);
    }

    @Test
    void malformedVerdictsChangeNothing() {
        device.edit(A, edit -> edit.create());
        device.edit(A, edit -> edit.set("n", Value.of(1)));
        String before = device.dump();
        for (VerdictRun bad : List.of(
                accepted(2, 1, 1),
                accepted(0, 1, 1),
                accepted(1, 0, 1),
                accepted(1, 3, 1),
                accepted(1, Long.MAX_VALUE, 1),
                accepted(-1, 2, 1),
                accepted(1, 2, 0),
                accepted(1, 2, Long.MAX_VALUE),
                accepted(1, 1, 1).toBuilder().clearVerdict().build(),
                rejected(1, Long.MAX_VALUE))) {
            assertThatExceptionOfType(MalformedMessageException.class)
                    .as(bad.toString())
                    .isThrownBy(() -> device.state.judge(
                            Verdicts.newBuilder().addRuns(bad).build()));
            Verdicts afterGood = Verdicts.newBuilder()
                    .addRuns(rejected(1, 1))
                    .addRuns(bad.toBuilder().setFirstSeq(bad.getFirstSeq() + (bad.getFirstSeq() > 0 ? 1 : 0)))
                    .build();
            assertThatExceptionOfType(MalformedMessageException.class)
                    .as(bad.toString())
                    .isThrownBy(() -> device.state.judge(afterGood));
        }
        assertThat(device.dump()).isEqualTo(before);
        assertThat(device.state.firstUnjudgedSeq()).isEqualTo(1);
        assertThat(device.state.errorCount()).isZero();
    }

    @Test
    @Timeout(30)
    void aCommitOfManyRecordsIsConfirmedInReasonableTime() {
        int count = 5_000;
        device.commit(builder -> {
            for (int i = 0; i < count; i++) {
                builder.edit(new RecordKey("account", "a" + i)).set("n", Value.of(i));
            }
        });
        long start = System.nanoTime();
        relay.accept(device.pending(1));
        device.state.judge(relay.verdicts(1, 2));
        device.state.receive(relay.page(0, 1));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        assertThat(device.state.pendingCount()).isZero();
        RecordKey last = new RecordKey("account", "a" + (count - 1));
        assertThat(device.state.view(last)).isEqualTo(relay.state(last, 1));
    }
}
