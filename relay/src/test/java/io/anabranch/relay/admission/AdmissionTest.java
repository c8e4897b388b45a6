package io.anabranch.relay.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.anabranch.crdt.Dot;
import io.anabranch.crdt.DotSet;
import io.anabranch.crdt.Entry;
import io.anabranch.crdt.Field;
import io.anabranch.crdt.FieldName;
import io.anabranch.crdt.Fold;
import io.anabranch.crdt.HybridClock;
import io.anabranch.crdt.Kind;
import io.anabranch.crdt.Position;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.proto.Rejection;
import io.anabranch.proto.RejectionCode;
import io.anabranch.proto.Revocation;
import io.anabranch.relay.store.Buckets;
import io.anabranch.relay.store.FeedMark;
import io.anabranch.relay.store.KeyValueRelayStore;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.StoredRecord;
import io.anabranch.relay.store.VerdictRun;
import io.anabranch.relay.testkit.CommitMaker;
import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.commit.SignedCommits;
import io.anabranch.replica.storage.MemoryStorage;
import io.anabranch.replica.wire.MalformedMessageException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class AdmissionTest {

    private static final RecordKey KEY = new RecordKey("account", "a1");
    private static final FieldName NAME = new FieldName("name", Kind.REGISTER);
    private static final AdmissionRule NO_FORBIDDEN = (author, before, after, delta) -> after.value("name")
            .filter(Value.of("forbidden")::equals)
            .map(name -> Rejection.newBuilder()
                    .setCode(RejectionCode.VALIDATION_FAILED)
                    .setMessage("The name is not allowed. Choose another.")
                    .build());

    private final RelayStore store =
            KeyValueRelayStore.open(new MemoryStorage(KeyValueRelayStore.FAMILIES), new Random(1));
    private final CommitMaker ann = new CommitMaker(7);
    private final CommitMaker bob = new CommitMaker(3);

    @Test
    void aCommitIsAcceptedAtTheNextPosition() {
        Record delta = named("Harbour");
        assertThat(admit(ann.commit(delta))).containsExactly(accepted(7, 1, 1, 1));
        assertThat(stored(KEY)).isEqualTo(delta);
        assertThat(feed()).containsExactly("1 account/a1");
    }

    @Test
    void laterCommitsOfARoundSeeEarlierOnes() {
        VerifiedCommits created = ann.commit(named("Harbour"));
        Record edit = bob.delta(named("never sent"), change -> change.set("phone", Value.of("1")));
        VerifiedCommits edited = bob.commit(edit);
        try (Round round = admission().begin()) {
            round.read(List.of(created, edited));
            assertThat(round.admit(created)).containsExactly(accepted(7, 1, 1, 1));
            assertThat(round.admit(edited)).containsExactly(accepted(3, 1, 1, 2));
            assertThat(store.head()).isEqualTo(Position.START);
            assertThat(round.append()).isEqualTo(new Position(1, 2));
            assertThatIllegalStateException().isThrownBy(round::append);
        }
        assertThat(feed()).containsExactly("2 account/a1");
        assertThat(stored(KEY).value("phone")).contains(Value.of("1"));
    }

    @Test
    void aRoundThatIsNotAppendedChangesNothing() {
        VerifiedCommits commits = ann.commit(named("Harbour"));
        try (Round round = admission().begin()) {
            round.admit(commits);
        }
        assertThat(store.head()).isEqualTo(Position.START);
        assertThat(admit(commits)).containsExactly(accepted(7, 1, 1, 1));
    }

    @Test
    void whatIsSentAgainGetsItsOldVerdict() {
        VerifiedCommits first = ann.commit(named("Harbour"));
        VerifiedCommits second = bob.commit(named(bob, "b1", "forbidden"));
        assertThat(admit(first)).isEqualTo(admit(first));
        List<VerdictRun> rejected = admit(second);
        assertThat(admit(second)).isEqualTo(rejected);
        assertThat(store.head()).isEqualTo(new Position(1, 1));
        try (Round round = admission().begin()) {
            VerifiedCommits third = ann.commit(edit(change -> change.set("name", Value.of("Port"))));
            assertThat(round.admit(third)).isEqualTo(round.admit(third)).containsExactly(accepted(7, 2, 1, 2));
        }
    }

    @Test
    void aBatchMayOverlapWhatWasJudged() {
        byte[] one = ann.body(named("Harbour"));
        VerifiedCommits first = VerifiedCommits.verify(ann.sign(List.of(one)), ann.author());
        admit(first);
        CommitMaker again = new CommitMaker(7);
        Record other = named(again, "a2", "Port");
        byte[] two = new Commit(7, 2, 5, List.of(other)).encode();
        assertThat(admit(VerifiedCommits.verify(again.sign(List.of(one, two)), again.author())))
                .containsExactly(accepted(7, 1, 2, 1));
        assertThat(store.head()).isEqualTo(new Position(1, 2));
    }

    @Test
    void aGapIsRefusedAndChangesNothing() {
        ann.commit(named("never sent"));
        VerifiedCommits second = ann.commit(named("Harbour"));
        assertThatExceptionOfType(GapException.class).isThrownBy(() -> admit(second));
        assertThat(store.head()).isEqualTo(Position.START);
    }

    @Test
    void whatARevokedReplicaCommitsIsKeptAndRejectedWhoeverBringsIt() {
        VerifiedCommits before = ann.commit(named("Harbour"));
        admit(before);
        VerifiedCommits after = ann.commit(edit(change -> change.set("name", Value.of("Port"))));
        try (Round round = admission().begin()) {
            assertThat(round.revoke(7, null).getFromSeq()).isEqualTo(2);
            assertThat(round.admit(after)).singleElement().satisfies(AdmissionTest::isRevoked);
            round.append();
        }
        assertThat(admit(before)).containsExactly(accepted(7, 1, 1, 1));
        assertThat(admit(after)).singleElement().satisfies(AdmissionTest::isRevoked);
        assertThat(admit(ann.commit(named(ann, "a9", "x")))).singleElement().satisfies(AdmissionTest::isRevoked);
        assertThat(store.head()).isEqualTo(new Position(1, 1));
        assertThat(new RejectedCommits(store).of(7)).hasSize(2);
        assertThat(admit(bob.commit(named(bob, "b1", "Quay")))).containsExactly(accepted(3, 1, 1, 2));
    }

    @Test
    void aRevocationStaysAsItWas() {
        try (Round round = admission().begin()) {
            round.revoke(7, null);
            round.append();
        }
        Revocation first = new RevokedReplicas(store).find(7).orElseThrow();
        try (Round round = admission().begin()) {
            assertThat(round.revoke(7, first.toBuilder().setFromSeq(5).build())).isEqualTo(first);
            round.append();
        }
        assertThat(new RevokedReplicas(store).all()).containsExactly(first);
    }

    private static void isRevoked(VerdictRun run) {
        assertThat(run.verdict())
                .isInstanceOfSatisfying(
                        VerdictRun.Rejected.class,
                        rejected ->
                                assertThat(rejected.rejection().getCode()).isEqualTo(RejectionCode.REPLICA_REVOKED));
    }

    @Test
    void aCopyOfAStoreIsRefusedAtItsFirstCommit() {
        CommitMaker copy = new CommitMaker(7);
        VerifiedCommits original = ann.commit(named("Harbour"));
        VerifiedCommits otherFirst = copy.commit(named(copy, "a2", "Port"));
        VerifiedCommits otherSecond = copy.commit(named(copy, "a3", "Port"));
        admit(original);
        assertThatExceptionOfType(ForkedHistoryException.class).isThrownBy(() -> admit(otherFirst));
        assertThatExceptionOfType(ForkedHistoryException.class).isThrownBy(() -> admit(otherSecond));
        assertThat(store.head()).isEqualTo(new Position(1, 1));
    }

    @Test
    void anUnreadableCommitIsRejectedAndTheOnesAfterItAreNot() {
        byte[] good = new Commit(7, 4, 5, List.of(named("Harbour"))).encode();
        byte[] wrongPlace = new Commit(7, 9, 5, List.of(named("Harbour"))).encode();
        byte[] wrongReplica = new Commit(8, 3, 5, List.of(named("Harbour"))).encode();
        SignedCommits signed = ann.sign(List.of(new byte[] {1, 2, 3}, wrongPlace, wrongReplica, good));
        List<VerdictRun> runs = admit(VerifiedCommits.verify(signed, ann.author()));
        assertThat(runs).hasSize(4).endsWith(accepted(7, 4, 1, 1));
        assertThat(codes(runs))
                .containsExactly(RejectionCode.MALFORMED, RejectionCode.MALFORMED, RejectionCode.MALFORMED);
    }

    @Test
    void aCommitThatIsTooLargeIsRejected() {
        AdmissionLimits small = new AdmissionLimits(100, 10_000, 0);
        Record large = named("x".repeat(100));
        assertThat(codes(admit(small, ann.commit(large)))).containsExactly(RejectionCode.TOO_LARGE);
    }

    @Test
    void aRecordThatWouldBecomeTooLargeIsRejected() {
        AdmissionLimits small = new AdmissionLimits(10_000, 300, 0);
        admit(small, ann.commit(named("x".repeat(200))));
        Record more = edit(change -> change.set("phone", Value.of("1".repeat(200))));
        assertThat(codes(admit(small, ann.commit(more)))).containsExactly(RejectionCode.TOO_LARGE);
        Record replaced = edit(change -> change.set("name", Value.of("y".repeat(200))));
        assertThat(codes(admit(small, ann.commit(replaced)))).isEmpty();
    }

    @Test
    void anEditOfARecordThatIsNotThereIsRejected() {
        Record seen = named("never sent");
        List<VerdictRun> runs = admit(bob.commit(bob.delta(seen, change -> change.set("name", Value.of("Port")))));
        assertThat(codes(runs)).containsExactly(RejectionCode.RECORD_UNKNOWN);
        assertThat(runs.get(0).verdict())
                .isInstanceOfSatisfying(
                        VerdictRun.Rejected.class,
                        rejected -> assertThat(rejected.rejection().getId()).isEqualTo("a1"));
    }

    @Test
    void aRuleRejectsTheWholeCommit() {
        VerifiedCommits both = ann.commit(named(ann, "a1", "Harbour"), named(ann, "a2", "forbidden"));
        assertThat(codes(admit(both))).containsExactly(RejectionCode.VALIDATION_FAILED);
        assertThat(feed()).isEmpty();
        try (RelayView view = store.view()) {
            assertThat(view.replicaHead(7).nextSeq()).isEqualTo(2);
        }
    }

    @Test
    void aWriteInTheNameOfAnotherIsRejected() {
        assertThat(codes(admit(ann.commit(named(bob, "a1", "Harbour"))))).containsExactly(RejectionCode.MALFORMED);
    }

    @Test
    void aDotIsUsedOnce() {
        Record delta = named("Harbour");
        admit(ann.commit(delta));
        assertThat(codes(admit(ann.commit(delta)))).containsExactly(RejectionCode.MALFORMED);
        Record twice = record(DotSet.ofSpan(7, 9, 9), register("a", 9), register("b", 9));
        assertThat(codes(admit(ann.commit(twice)))).containsExactly(RejectionCode.MALFORMED);
    }

    @Test
    void dotsDoNotLeapAhead() {
        admit(ann.commit(named("Harbour")));
        long last = stored(KEY).context().last(7);
        long far = last + DeltaCheck.DOTS_AHEAD_MAX;
        Record fits = record(DotSet.ofSpan(7, far, far), register("a", far));
        Record leaps = record(DotSet.ofSpan(7, 2 * far + 1, 2 * far + 1), register("a", 2 * far + 1));
        assertThat(codes(admit(ann.commit(fits)))).isEmpty();
        assertThat(codes(admit(ann.commit(leaps)))).containsExactly(RejectionCode.MALFORMED);
    }

    @Test
    void onlyTheRelayFolds() {
        admit(ann.commit(named("Harbour")));
        Field folded = new Field(
                new FieldName("visits", Kind.COUNTER), new Fold(new Position(9, 9), Value.of(1_000)), List.of());
        assertThat(codes(admit(ann.commit(record(DotSet.EMPTY, folded))))).containsExactly(RejectionCode.MALFORMED);
    }

    @Test
    void aForgedContextDeletesNothingThatIsYetToBeWritten() {
        admit(ann.commit(named("Harbour")));
        Record forged = edit(change -> change.set("phone", Value.of("1")));
        forged = forged.withContext(forged.context().union(DotSet.ofSpan(3, 1, 1_000)));
        admit(ann.commit(forged));
        assertThat(stored(KEY).context().last(3)).isZero();
        Record byBob = bob.delta(stored(KEY), change -> change.set("name", Value.of("Port")));
        assertThat(codes(admit(bob.commit(byBob)))).isEmpty();
        assertThat(stored(KEY).value("name")).contains(Value.of("Port"));
    }

    @Test
    void aForgedContextOfANewRecordIsCutToo() {
        Record forged = named("Harbour");
        admit(ann.commit(forged.withContext(forged.context().union(DotSet.ofSpan(3, 1, 9)))));
        assertThat(stored(KEY)).isEqualTo(forged);
    }

    @Test
    void theAuthorsOwnRejectedWritesMayBeSuperseded() {
        admit(ann.commit(named("Harbour")));
        Record seen = stored(KEY);
        Record forbidden = ann.delta(seen, change -> change.set("name", Value.of("forbidden")));
        Record better = ann.delta(seen.join(forbidden), change -> change.set("name", Value.of("Port")));
        assertThat(codes(admit(ann.commit(forbidden)))).containsExactly(RejectionCode.VALIDATION_FAILED);
        admit(ann.commit(better));
        assertThat(stored(KEY).context()).isEqualTo(seen.context().union(better.context()));
        assertThat(stored(KEY).values("name")).contains(Value.of("Port"));
    }

    @Test
    void aStampTooFarAheadIsClamped() {
        long bound = HybridClock.stamp(CommitMaker.NOW + AdmissionLimits.DEFAULT.aheadMaxMillis(), 0xffff);
        Entry late = new Entry(null, new Dot(7, 2), bound + 5, Value.of("late"));
        Record created = ann.delta(Record.empty(KEY), RecordEdit::create);
        Record delta = record(DotSet.ofSpan(7, 1, 2), created.fields().get(0), new Field(NAME, null, List.of(late)));
        assertThat(codes(admit(ann.commit(delta)))).isEmpty();
        assertThat(stored(KEY).field(NAME).orElseThrow().entries().get(0).stamp())
                .isEqualTo(bound);
    }

    @Test
    void countersAreFoldedAtThePosition() {
        admit(ann.commit(ann.delta(Record.empty(KEY), change -> change.increment("visits", 2))));
        admit(bob.commit(bob.delta(stored(KEY), change -> change.increment("visits", 3))));
        Field visits = stored(KEY).fields().get(1);
        assertThat(visits.fold()).isEqualTo(new Fold(new Position(1, 2), Value.of(5)));
        assertThat(visits.entries()).isEmpty();
    }

    @Test
    void onlyTheFieldsThatChangedAreStamped() {
        admit(ann.commit(ann.delta(
                Record.empty(KEY),
                change -> change.set("name", Value.of("Harbour")).increment("visits", 2))));
        admit(bob.commit(bob.delta(stored(KEY), change -> change.set("name", Value.of("Port")))));
        try (RelayView view = store.view()) {
            StoredRecord.Patch patch = view.record(KEY).orElseThrow().patch(1);
            assertThat(Record.decode(KEY, patch.state().toByteArray()).fields())
                    .extracting(field -> field.name().name())
                    .containsExactly("", "name");
        }
    }

    @Test
    void aCommitThatChangesNothingIsAcceptedAndMovesNothing() {
        admit(ann.commit(named("Harbour")));
        Record nothing = new Record(KEY, stored(KEY).context().intersection(DotSet.EMPTY), List.of());
        assertThat(admit(ann.commit(nothing))).containsExactly(accepted(7, 2, 1, 2));
        assertThat(feed()).containsExactly("1 account/a1");
        assertThat(store.head()).isEqualTo(new Position(1, 2));
    }

    @Test
    void livingRecordsAreCounted() {
        admit(ann.commit(named(ann, "a1", "Harbour"), named(ann, "a2", "Port")));
        admit(ann.commit(edit(RecordEdit::delete)));
        try (RelayView view = store.view()) {
            assertThat(view.liveRecordsByType()).isEqualTo(Map.of("account", 1L));
        }
        admit(ann.commit(edit(RecordEdit::undelete)));
        try (RelayView view = store.view()) {
            assertThat(view.liveRecordsByType()).isEqualTo(Map.of("account", 2L));
        }
    }

    @Test
    void aSignatureOfAnotherIsNotValid() {
        SignedCommits commits = ann.sign(List.of(ann.body(named("Harbour"))));
        Author impostor = new Author(7, "user-7", bob.author().commitKey());
        assertThatExceptionOfType(MalformedMessageException.class)
                .isThrownBy(() -> VerifiedCommits.verify(commits, impostor));
        assertThatExceptionOfType(MalformedMessageException.class)
                .isThrownBy(() -> VerifiedCommits.verify(commits, bob.author()));
    }

    private Admission admission() {
        return new Admission(store, AdmissionLimits.DEFAULT, NO_FORBIDDEN, () -> CommitMaker.NOW);
    }

    private List<VerdictRun> admit(VerifiedCommits commits) {
        return admit(AdmissionLimits.DEFAULT, commits);
    }

    private List<VerdictRun> admit(AdmissionLimits limits, VerifiedCommits commits) {
        try (Round round = new Admission(store, limits, NO_FORBIDDEN, () -> CommitMaker.NOW).begin()) {
            List<VerdictRun> runs = round.admit(commits);
            round.append();
            return runs;
        }
    }

    private Record named(String name) {
        return named(ann, "a1", name);
    }

    private static Record named(CommitMaker maker, String id, String name) {
        Record nothing = Record.empty(new RecordKey("account", id));
        return maker.delta(nothing, edit -> edit.set("name", Value.of(name)));
    }

    private Record edit(UnaryOperator<RecordEdit> change) {
        return ann.delta(stored(KEY), change);
    }

    private Record stored(RecordKey key) {
        try (RelayView view = store.view()) {
            return view.record(key).map(StoredRecord::record).orElse(Record.empty(key));
        }
    }

    private List<String> feed() {
        try (RelayView view = store.view()) {
            return view.feed(Buckets.EVERYTHING, FeedMark.after(0), 100).entries().stream()
                    .map(entry -> entry.sequence() + " " + entry.key())
                    .toList();
        }
    }

    private static VerdictRun accepted(long replica, long firstSeq, long count, long sequence) {
        return new VerdictRun(replica, firstSeq, count, new VerdictRun.Accepted(new Position(1, sequence)));
    }

    private static List<RejectionCode> codes(List<VerdictRun> runs) {
        List<RejectionCode> codes = new ArrayList<>();
        for (VerdictRun run : runs) {
            if (run.verdict() instanceof VerdictRun.Rejected rejected) {
                assertThat(rejected.rejection().getMessage()).isNotEmpty();
                codes.add(rejected.rejection().getCode());
            }
        }
        return codes;
    }

    private static Record record(DotSet context, Field... fields) {
        return new Record(KEY, context, Arrays.asList(fields));
    }

    private static Field register(String name, long n) {
        Entry entry = new Entry(null, new Dot(7, n), CommitMaker.NOW << 16, Value.of("x"));
        return new Field(new FieldName(name, Kind.REGISTER), null, List.of(entry));
    }
}
