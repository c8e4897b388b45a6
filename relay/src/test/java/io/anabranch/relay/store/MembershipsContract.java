package io.anabranch.relay.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.Position;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.relay.testkit.CommitMaker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link RelayStore} promises of buckets, and of what is kept beside records. */
abstract class MembershipsContract {

    private static final long WEST = 0x8000_0000_0000_1234L;
    private static final long EAST = 777;
    private static final long MINE = 300;

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
    void aRecordHasAnEntryInTheFeedOfEachOfItsBuckets() {
        change("a", WEST, MINE);
        change("b", WEST);
        change("a", WEST, MINE);
        assertThat(feed(WEST)).containsExactly("2 b", "3 a");
        assertThat(feed(MINE)).containsExactly("3 a");
        assertThat(size(WEST).records()).isEqualTo(2);
        assertThat(size(WEST).size()).isGreaterThan(size(MINE).size());
    }

    @Test
    void aRecordThatLeavesABucketLeavesAnEntryBehind() {
        change("a", WEST, MINE);
        change("a", EAST, MINE);
        assertThat(feed(WEST)).containsExactly("2 a left");
        assertThat(feed(EAST)).containsExactly("2 a");
        assertThat(feed(MINE)).containsExactly("2 a");
        assertThat(size(WEST)).isEqualTo(new RelayView.BucketSize(0, 0));
        change("a", EAST, MINE);
        assertThat(feed(WEST)).containsExactly("2 a left");
        assertThat(memberships("a").of(WEST)).isEqualTo(new Memberships.Membership(WEST, 1, 1, 2, true));
    }

    @Test
    void aRecordThatComesBackIsAMemberAgain() {
        change("a", WEST);
        change("a", EAST);
        change("a", WEST);
        assertThat(feed(WEST)).containsExactly("3 a");
        assertThat(feed(EAST)).containsExactly("3 a left");
        assertThat(memberships("a").of(WEST)).isEqualTo(new Memberships.Membership(WEST, 1, 3, 3, false));
    }

    @Test
    void onlyTheBucketsThatDifferMoveWhenTheStateDoesNotChange() {
        change("a", WEST, MINE);
        change("b", WEST);
        move("a", 3, EAST, MINE);
        assertThat(feed(WEST)).containsExactly("2 b", "3 a left");
        assertThat(feed(EAST)).containsExactly("3 a");
        assertThat(feed(MINE)).containsExactly("1 a");
        try (RelayView view = store.view()) {
            assertThat(view.record(key("a")).orElseThrow().sequence()).isEqualTo(1);
            assertThat(view.head()).isEqualTo(new Position(1, 3));
        }
    }

    @Test
    void aStayWithinOneRoundIsNone() {
        change("a", EAST);
        try (RelayView view = store.view()) {
            StoredRecord before = view.record(key("a")).orElseThrow();
            Memberships once = before.memberships().rescoped(Set.of(EAST, WEST), bucket -> false, 2);
            StoredRecord after = before.in(once.rescoped(Set.of(EAST), bucket -> false, 3));
            append(3, new Admitted.Change(after, before, 0));
        }
        assertThat(feed(WEST)).isEmpty();
        assertThat(feed(EAST)).containsExactly("1 a");
    }

    @Test
    void membershipsThatAreForgottenGoFromTheFeeds() {
        change("a", WEST, MINE);
        change("a", EAST, MINE);
        try (RelayView view = store.view()) {
            StoredRecord before = view.record(key("a")).orElseThrow();
            Memberships rest = before.memberships().withoutLeft(2).without(bucket -> bucket == MINE);
            append(2, new Admitted.Change(before.in(rest), before, 0));
        }
        assertThat(feed(WEST)).isEmpty();
        assertThat(feed(MINE)).isEmpty();
        assertThat(feed(EAST)).containsExactly("2 a");
        assertThat(size(MINE).records()).isZero();
    }

    @Test
    void bucketsThatNobodyMaintainsStayAsTheyAre() {
        change("a", WEST, MINE);
        try (RelayView view = store.view()) {
            StoredRecord before = view.record(key("a")).orElseThrow();
            Memberships after = before.memberships().changed(Set.of(EAST), bucket -> bucket == WEST, 2);
            append(2, new Admitted.Change(before.in(after), before, 0));
        }
        assertThat(feed(WEST)).containsExactly("1 a");
        assertThat(feed(MINE)).containsExactly("2 a left");
    }

    @Test
    void aHintNamesTheBucketsWithSomethingNew() {
        change("a", WEST, MINE);
        List<Set<Long>> hinted = new ArrayList<>();
        store.onAppend(what -> hinted.add(what.buckets()));
        change("a", EAST, MINE);
        move("a", 3, EAST);
        assertThat(hinted).containsExactly(Set.of(WEST, EAST, MINE), Set.of(MINE));
    }

    @Test
    void recordsAreFoundByWhatTheyReferTo() {
        RelayView.Reference parent = new RelayView.Reference("call", "account", Value.of("a1"));
        String longer = "x".repeat(400);
        upkeep(new Admitted.Upkeep(
                List.of(
                        refers("c2", "account", Value.of("a1"), true),
                        refers("c1", "account", Value.of("a1"), true),
                        refers("c3", "account", Value.of("a12"), true),
                        refers("c3", "owner", Value.of("a1"), true),
                        refers("c3", "account", Value.of(longer), true)),
                List.of(),
                List.of()));
        try (RelayView view = store.view()) {
            assertThat(view.referring(parent, null, 1)).containsExactly(new RecordKey("call", "c1"));
            assertThat(view.referring(parent, new RecordKey("call", "c1"), 9))
                    .containsExactly(new RecordKey("call", "c2"));
            assertThat(view.referring(new RelayView.Reference("call", "account", Value.of(longer)), null, 9))
                    .containsExactly(new RecordKey("call", "c3"));
            assertThat(view.referring(new RelayView.Reference("call", "account", Value.of(1)), null, 9))
                    .isEmpty();
        }
        upkeep(new Admitted.Upkeep(List.of(refers("c1", "account", Value.of("a1"), false)), List.of(), List.of()));
        store = crash(store);
        try (RelayView view = store.view()) {
            assertThat(view.referring(parent, null, 9)).containsExactly(new RecordKey("call", "c2"));
        }
    }

    @Test
    void timersAreDueInTheirOrder() {
        upkeep(new Admitted.Upkeep(List.of(), List.of(timer(500, "b"), timer(90, "c"), timer(500, "a")), List.of()));
        upkeep(new Admitted.Upkeep(List.of(), List.of(new Admitted.TimerChange(90, key("c"), false)), List.of()));
        try (RelayView view = store.view()) {
            assertThat(view.timers(499, 9)).isEmpty();
            assertThat(view.timers(500, 1)).containsExactly(new RelayView.Timer(500, key("a")));
            assertThat(view.timers(Long.MAX_VALUE, 9))
                    .containsExactly(new RelayView.Timer(500, key("a")), new RelayView.Timer(500, key("b")));
        }
    }

    @Test
    void rowsAreWrittenWithTheRound() {
        byte[] key = "unit".getBytes(StandardCharsets.UTF_8);
        upkeep(new Admitted.Upkeep(
                List.of(), List.of(), List.of(new Admitted.RowChange("building", key, new byte[] {1}))));
        store = crash(store);
        assertThat(store.table("building").get(key)).containsExactly(1);
        try (RelayView view = store.view()) {
            upkeep(new Admitted.Upkeep(List.of(), List.of(), List.of(new Admitted.RowChange("building", key, null))));
            assertThat(view.row("building", key)).containsExactly(1);
        }
        assertThat(store.table("building").get(key)).isNull();
    }

    @Test
    void recordsOfATypeAreReadInPortions() {
        change("a", WEST);
        change("b", WEST);
        change("c", WEST);
        try (RelayView view = store.view()) {
            assertThat(ids(view.recordsOf("account", null, 2))).containsExactly("a", "b");
            assertThat(ids(view.recordsOf("account", key("b"), 2))).containsExactly("c");
            assertThat(view.recordsOf("accounts", null, 2)).isEmpty();
        }
    }

    /** Records change and move at random, power fails; every bucket's feed always has one entry of a record, where its row says. */
    @Test
    void feedsAgreeWithMembershipsAndNothingAppearsBehindAReader() {
        Random random = new Random(5);
        long[] buckets = {WEST, EAST, MINE};
        Map<Long, Set<String>> given = new HashMap<>();
        for (int turn = 0; turn < 300; turn++) {
            Set<Long> chosen = new HashSet<>();
            for (long bucket : buckets) {
                if (random.nextBoolean()) {
                    chosen.add(bucket);
                }
            }
            long before = store.head().sequence();
            String id = Integer.toString(random.nextInt(9));
            if (random.nextInt(3) == 0 && knows(id)) {
                move(id, before + 1 + random.nextInt(2), chosen.toArray(Long[]::new));
            } else {
                change(id, chosen.toArray(Long[]::new));
            }
            if (turn == 150) {
                store = crash(store);
            }
            for (long bucket : buckets) {
                List<String> now = feed(bucket);
                Set<String> known = given.computeIfAbsent(bucket, absent -> new HashSet<>());
                assertThat(now)
                        .allMatch(entry -> known.contains(entry)
                                || Long.parseLong(entry.substring(0, entry.indexOf(' '))) > before);
                known.addAll(now);
                assertThat(now).containsExactlyInAnyOrderElementsOf(rows(bucket));
            }
        }
    }

    private List<String> rows(long bucket) {
        List<String> rows = new ArrayList<>();
        try (RelayView view = store.view()) {
            view.forEachRecord(record -> {
                Memberships.Membership membership = record.memberships().of(bucket);
                if (membership != null) {
                    rows.add(line(membership.place(), record.key(), membership.left()));
                }
            });
        }
        return rows;
    }

    private boolean knows(String id) {
        try (RelayView view = store.view()) {
            return view.record(key(id)).isPresent();
        }
    }

    private void change(String id, Long... buckets) {
        long sequence = store.head().sequence() + 1;
        try (RelayView view = store.view()) {
            StoredRecord before = view.record(key(id)).orElse(null);
            Record seen = before == null ? Record.empty(key(id)) : before.record();
            Record after = seen.join(maker.delta(seen, edit -> edit.set("name", Value.of("name " + sequence))));
            StoredRecord changed =
                    before == null ? StoredRecord.created(after, null, sequence) : before.changed(after, sequence);
            StoredRecord placed = changed.in(changed.memberships().changed(Set.of(buckets), sequence));
            append(sequence, new Admitted.Change(placed, before, before == null ? 1 : 0));
        }
    }

    private void move(String id, long sequence, Long... buckets) {
        try (RelayView view = store.view()) {
            StoredRecord before = view.record(key(id)).orElseThrow();
            Memberships moved = before.memberships().rescoped(Set.of(buckets), bucket -> false, sequence);
            append(sequence, new Admitted.Change(before.in(moved), before, 0));
        }
    }

    private void append(long sequence, Admitted.Change change) {
        Position head = store.head();
        Position after = new Position(head.epoch(), sequence);
        store.append(new Admitted(head, after, List.of(change), List.of(), List.of()));
    }

    private void upkeep(Admitted.Upkeep upkeep) {
        Position head = store.head();
        store.append(new Admitted(head, head, List.of(), List.of(), List.of(), upkeep));
    }

    private static Admitted.ReferenceChange refers(String id, String field, Value value, boolean held) {
        return new Admitted.ReferenceChange(new RecordKey("call", id), field, value, held);
    }

    private static Admitted.TimerChange timer(long millis, String id) {
        return new Admitted.TimerChange(millis, key(id), true);
    }

    private Memberships memberships(String id) {
        try (RelayView view = store.view()) {
            return view.record(key(id)).orElseThrow().memberships();
        }
    }

    private RelayView.BucketSize size(long bucket) {
        try (RelayView view = store.view()) {
            return view.bucketSize(bucket);
        }
    }

    private List<String> feed(long bucket) {
        try (RelayView view = store.view()) {
            return view.feed(bucket, FeedMark.after(0), 1_000).entries().stream()
                    .map(entry -> line(entry.sequence(), entry.key(), entry.left()))
                    .toList();
        }
    }

    private static String line(long place, RecordKey key, boolean left) {
        return place + " " + key.id() + (left ? " left" : "");
    }

    private static List<String> ids(List<StoredRecord> records) {
        return records.stream().map(record -> record.key().id()).toList();
    }

    private static RecordKey key(String id) {
        return new RecordKey("account", id);
    }
}
