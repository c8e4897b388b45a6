package io.anabranch.relay.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.anabranch.crdt.Position;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.proto.Rejection;
import io.anabranch.relay.testkit.CommitMaker;
import io.anabranch.replica.commit.CommitChain;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link RelayStore} promises. */
abstract class RelayStoreContract {

    private static final long ALL = Buckets.EVERYTHING;

    private final CommitMaker maker = new CommitMaker(7);
    private RelayStore store;

    /** Opens an empty store. */
    abstract RelayStore open();

    /** Cuts the power, and opens what is found then. */
    abstract RelayStore crash(RelayStore store);

    @BeforeEach
    void openStore() {
        store = open();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void aNewStoreIsAtTheStart() {
        assertThat(store.head()).isEqualTo(Position.START);
        assertThat(store.storeId()).hasSize(16).isEqualTo(store.storeId());
        try (RelayView view = store.view()) {
            assertThat(view.feed(ALL, FeedMark.after(0), 10)).isEqualTo(new FeedSlice(List.of(), true));
            assertThat(view.replicaHead(3).nextSeq()).isEqualTo(1);
            assertThat(view.liveRecordsByType()).isEmpty();
        }
    }

    @Test
    void whatIsAppendedIsVisibleWhole() {
        append("a", "b");
        try (RelayView view = store.view()) {
            assertThat(view.head()).isEqualTo(new Position(1, 2));
            assertThat(places(view)).containsExactly("1 a", "2 b");
            assertThat(view.record(key("a")).orElseThrow().record().value("name"))
                    .contains(Value.of("name 1"));
            assertThat(view.records(List.of(key("b"), key("none"), key("a"))))
                    .extracting(Optional::isPresent)
                    .containsExactly(true, false, true);
            assertThat(view.liveRecordsByType()).containsExactly(Map.entry("account", 2L));
        }
    }

    @Test
    void aRecordThatChangesMovesInTheFeed() {
        append("a", "b", "c");
        append("a");
        try (RelayView view = store.view()) {
            assertThat(places(view)).containsExactly("2 b", "3 c", "4 a");
            assertThat(view.feedCountEstimate(ALL, 2, 100)).isEqualTo(2);
        }
    }

    @Test
    void aViewStaysAsItWas() {
        append("a", "b");
        try (RelayView view = store.view()) {
            append("a", "c");
            assertThat(view.head()).isEqualTo(new Position(1, 2));
            assertThat(places(view)).containsExactly("1 a", "2 b");
        }
    }

    @Test
    void aSliceGoesOnAmongTheRecordsOfOneSequence() {
        appendTogether("a", "b", "c");
        try (RelayView view = store.view()) {
            FeedSlice first = view.feed(ALL, FeedMark.after(0), 2);
            assertThat(first.end()).isFalse();
            FeedSlice rest =
                    view.feed(ALL, new FeedMark(1, first.entries().get(1).key()), 2);
            assertThat(rest).isEqualTo(new FeedSlice(List.of(new FeedSlice.Entry(1, key("c"), false)), true));
        }
    }

    @Test
    void aBucketSeesNothingOfAnother() {
        append("a");
        try (RelayView view = store.view()) {
            assertThat(view.feed(ALL + 1, FeedMark.after(0), 10).entries()).isEmpty();
            assertThat(view.feed(ALL - 1, FeedMark.after(0), 10).entries()).isEmpty();
        }
    }

    @Test
    void aRoundThatWasJudgedAgainstAnotherHeadIsNotAppended() {
        append("a");
        Admitted late = new Admitted(Position.START, new Position(1, 1), List.of(), List.of(), List.of());
        assertThatIllegalStateException().isThrownBy(() -> store.append(late));
        assertThat(store.head()).isEqualTo(new Position(1, 1));
    }

    @Test
    void verdictsAreCutToWhatWasAsked() {
        VerdictRun accepted = new VerdictRun(5, 1, 10, new VerdictRun.Accepted(new Position(1, 100)));
        Rejection why = Rejection.newBuilder().setMessage("no").build();
        VerdictRun rejected = new VerdictRun(5, 11, 1, new VerdictRun.Rejected(why));
        VerdictRun other = new VerdictRun(6, 1, 3, new VerdictRun.Accepted(new Position(1, 90)));
        byte[] link = new byte[CommitChain.LINK_SIZE];
        Arrays.fill(link, (byte) 9);
        store.append(new Admitted(
                Position.START,
                new Position(1, 110),
                List.of(),
                List.of(new ReplicaHead(5, 12, link)),
                List.of(accepted, rejected, other)));
        try (RelayView view = store.view()) {
            assertThat(view.verdicts(5, 4, 12, 9))
                    .containsExactly(new VerdictRun(5, 4, 7, new VerdictRun.Accepted(new Position(1, 103))), rejected);
            assertThat(view.verdicts(5, 2, 5, 9))
                    .containsExactly(new VerdictRun(5, 2, 3, new VerdictRun.Accepted(new Position(1, 101))));
            assertThat(view.verdicts(5, 1, 12, 1)).containsExactly(accepted);
            assertThat(view.verdicts(5, 12, 12, 9)).isEmpty();
            assertThat(view.verdicts(4, 1, 9, 9)).isEmpty();
            assertThat(view.replicaHead(5).nextSeq()).isEqualTo(12);
            assertThat(view.replicaHead(5).link()).isEqualTo(link);
        }
    }

    @Test
    void aCursorOfAnOlderEpochResumesWhereTheNextOneBegan() {
        append("a", "b", "c");
        assertThat(store.newEpoch()).isEqualTo(new Position(2, 3));
        append("d", "e");
        assertThat(store.newEpoch()).isEqualTo(new Position(3, 5));
        append("f");
        assertThat(store.head()).isEqualTo(new Position(3, 6));
        assertThat(store.resume(new Position(1, 2))).isEqualTo(new Position(3, 2));
        assertThat(store.resume(new Position(1, 900))).isEqualTo(new Position(3, 3));
        assertThat(store.resume(new Position(2, 4))).isEqualTo(new Position(3, 4));
        assertThat(store.resume(new Position(3, 6))).isEqualTo(new Position(3, 6));
        assertThatIllegalArgumentException().isThrownBy(() -> store.resume(new Position(3, 7)));
        assertThatIllegalArgumentException().isThrownBy(() -> store.resume(new Position(4, 0)));
    }

    @Test
    void aCrashLosesNothingThatWasAppended() {
        append("a", "b");
        store.newEpoch();
        append("a");
        store.table("users").put(bytes("u"), bytes("1"));
        byte[] id = store.storeId();
        store = crash(store);
        assertThat(store.storeId()).isEqualTo(id);
        assertThat(store.head()).isEqualTo(new Position(2, 3));
        assertThat(store.resume(new Position(1, 9))).isEqualTo(new Position(2, 2));
        assertThat(store.table("users").get(bytes("u"))).isEqualTo(bytes("1"));
        try (RelayView view = store.view()) {
            assertThat(places(view)).containsExactly("2 b", "3 a");
            assertThat(view.liveRecordsByType()).containsExactly(Map.entry("account", 2L));
        }
    }

    @Test
    void aTableComparesAndChangesInOneStep() {
        RelayTable users = store.table("users");
        assertThat(users.putIfAbsent(bytes("u"), bytes("1"))).isTrue();
        assertThat(users.putIfAbsent(bytes("u"), bytes("2"))).isFalse();
        assertThat(users.replace(bytes("u"), bytes("2"), bytes("3"))).isFalse();
        assertThat(users.replace(bytes("u"), bytes("1"), bytes("3"))).isTrue();
        assertThat(users.replace(bytes("none"), bytes(""), bytes("3"))).isFalse();
        users.put(bytes("a"), bytes("9"));
        store.table("users-of-others").put(bytes("x"), bytes("y"));
        assertThat(users.rows())
                .extracting(row -> text(row.key()) + text(row.value()))
                .containsExactly("a9", "u3");
        users.delete(bytes("a"));
        assertThat(users.get(bytes("a"))).isNull();
    }

    @Test
    void hintsFollowAppendsUntilTheyAreNoLongerWanted() {
        List<Position> seen = new ArrayList<>();
        RelayStore.Subscription hints = store.onAppend(what -> seen.add(what.head()));
        append("a");
        append("b");
        hints.close();
        append("c");
        assertThat(seen).containsExactly(new Position(1, 1), new Position(1, 2));
    }

    /** Reads slices of every size while records move, and looks whether anything turns up behind it. */
    @Test
    void nothingAppearsBehindAReaderThatOnlyGoesForward() {
        Random random = new Random(11);
        Map<RecordKey, Long> given = new HashMap<>();
        FeedMark mark = FeedMark.after(0);
        for (int turn = 0; turn < 200; turn++) {
            appendTogether(some(random));
            try (RelayView view = store.view()) {
                for (FeedSlice.Entry entry :
                        view.feed(ALL, FeedMark.after(0), 1_000).entries()) {
                    boolean isBehind = entry.sequence() <= mark.sequence();
                    assertThat(!isBehind || given.getOrDefault(entry.key(), -1L) == entry.sequence())
                            .isTrue();
                }
                List<FeedSlice.Entry> slice =
                        view.feed(ALL, mark, 1 + random.nextInt(9)).entries();
                slice.forEach(entry -> given.put(entry.key(), entry.sequence()));
                mark = wholeSequences(view, mark, slice, given);
                assertThat(mark.sequence()).isLessThanOrEqualTo(view.head().sequence());
            }
        }
        assertThat(given).hasSizeGreaterThan(10);
    }

    private static FeedMark wholeSequences(
            RelayView view, FeedMark mark, List<FeedSlice.Entry> slice, Map<RecordKey, Long> given) {
        if (slice.isEmpty()) {
            return mark;
        }
        FeedSlice.Entry last = slice.get(slice.size() - 1);
        view.feed(ALL, new FeedMark(last.sequence(), last.key()), 100).entries().stream()
                .filter(entry -> entry.sequence() == last.sequence())
                .forEach(entry -> given.put(entry.key(), entry.sequence()));
        return FeedMark.after(last.sequence());
    }

    private static String[] some(Random random) {
        return random.ints(1 + random.nextInt(4), 0, 20)
                .distinct()
                .mapToObj(Integer::toString)
                .toArray(String[]::new);
    }

    /** Appends one commit for each id. */
    private void append(String... ids) {
        for (String id : ids) {
            appendTogether(id);
        }
    }

    /** Appends one commit that changes several records. */
    private void appendTogether(String... ids) {
        Position before = store.head();
        Position after = new Position(before.epoch(), before.sequence() + 1);
        List<Admitted.Change> changes = new ArrayList<>();
        try (RelayView view = store.view()) {
            for (String id : ids) {
                changes.add(change(view.record(key(id)), id, after.sequence()));
            }
        }
        store.append(new Admitted(before, after, changes, List.of(), List.of()));
    }

    private Admitted.Change change(Optional<StoredRecord> before, String id, long sequence) {
        Record seen = before.map(StoredRecord::record).orElse(Record.empty(key(id)));
        Record after = seen.join(maker.delta(seen, edit -> edit.set("name", Value.of("name " + sequence))));
        StoredRecord changed = before.map(stored -> stored.changed(after, sequence))
                .orElseGet(() -> StoredRecord.created(after, null, sequence));
        StoredRecord placed = changed.in(changed.memberships().changed(Set.of(ALL), sequence));
        return new Admitted.Change(placed, before.orElse(null), before.isEmpty() ? 1 : 0);
    }

    private static List<String> places(RelayView view) {
        return view.feed(ALL, FeedMark.after(0), 1_000).entries().stream()
                .map(entry -> entry.sequence() + " " + entry.key().id())
                .toList();
    }

    private static RecordKey key(String id) {
        return new RecordKey("account", id);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
