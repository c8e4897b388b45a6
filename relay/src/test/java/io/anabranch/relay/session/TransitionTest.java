package io.anabranch.relay.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.Position;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.proto.Page;
import io.anabranch.proto.Patch;
import io.anabranch.relay.scope.Columns;
import io.anabranch.relay.scope.ScopeSet;
import io.anabranch.relay.scope.Scopes;
import io.anabranch.relay.store.Admitted;
import io.anabranch.relay.store.KeyValueRelayStore;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.ReplicaHead;
import io.anabranch.relay.store.StoredRecord;
import io.anabranch.relay.testkit.CommitMaker;
import io.anabranch.replica.storage.MemoryStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a change of scope costs: the difference. */
class TransitionTest {

    private static final long WEST = 300;
    private static final long EAST = 301;
    private static final long MINE = 302;
    private static final Columns NAME = Columns.of(List.of("name"));

    private final RelayStore store =
            KeyValueRelayStore.open(new MemoryStorage(KeyValueRelayStore.FAMILIES), new Random(1));
    private final CommitMaker maker = new CommitMaker(7);
    private ScopeSet set = ScopeSet.of(Map.of(WEST, Columns.ALL));
    private final ModelDevice device = new ModelDevice(store, reader -> set);

    @Test
    void aBucketThatComesBringsWhatIsInItAndNotHeld() {
        put("a", WEST);
        put("b", WEST, EAST);
        put("c", EAST);
        assertThat(sync()).containsExactly("a whole", "b whole");
        set = ScopeSet.of(Map.of(WEST, Columns.ALL, EAST, Columns.ALL));
        assertThat(sync()).containsExactly("c whole");
    }

    @Test
    void aBucketThatGoesTakesWhatIsInNoOther() {
        put("a", WEST);
        put("b", WEST, EAST);
        set = ScopeSet.of(Map.of(WEST, Columns.ALL, EAST, Columns.ALL));
        assertThat(sync()).containsExactly("a whole", "b whole");
        set = ScopeSet.of(Map.of(EAST, Columns.ALL));
        assertThat(sync()).containsExactly("a leave");
        assertThat(device.base()).containsOnlyKeys(key("b"));
    }

    @Test
    void aBucketReplacedByOneWithTheSameRecordsCostsNothing() {
        put("a", WEST);
        put("b", WEST);
        assertThat(sync()).hasSize(2);
        move("a", WEST, MINE);
        move("b", WEST, MINE);
        set = ScopeSet.of(Map.of(MINE, Columns.ALL));
        assertThat(sync()).isEmpty();
        put("a", MINE);
        assertThat(sync()).containsExactly("a patch");
    }

    @Test
    void fewerColumnsReplaceTheRecordsAndMoreDoToo() {
        put("a", WEST);
        sync();
        set = ScopeSet.of(Map.of(WEST, NAME));
        assertThat(sync()).containsExactly("a whole");
        assertThat(held("a").value("phone")).isEmpty();
        assertThat(held("a").value("name")).isPresent();
        set = ScopeSet.of(Map.of(WEST, Columns.ALL));
        assertThat(sync()).containsExactly("a whole");
        assertThat(held("a").value("phone")).isPresent();
    }

    @Test
    void aNewDeviceIsNotToldWhatHasLeft() {
        put("a", WEST);
        put("a", EAST);
        put("b", WEST);
        assertThat(sync()).containsExactly("b whole");
    }

    @Test
    void aRecordThatMovesOutAndBackIsLeftAndGivenWhole() {
        put("a", WEST);
        sync();
        put("a", EAST);
        assertThat(sync()).containsExactly("a leave");
        put("a", EAST);
        assertThat(sync()).isEmpty();
        put("a", WEST);
        assertThat(sync()).containsExactly("a whole");
        put("a", WEST);
        assertThat(sync()).containsExactly("a patch");
    }

    @Test
    void aRecordThatMovesBetweenBucketsOfTheDeviceStays() {
        set = ScopeSet.of(Map.of(WEST, Columns.ALL, MINE, Columns.ALL));
        put("a", WEST, MINE);
        sync();
        move("a", MINE);
        assertThat(sync()).isEmpty();
        put("a", MINE);
        assertThat(sync()).containsExactly("a patch");
    }

    @Test
    void onlyThoseWhomARoundConcernsAreWoken() {
        set = ScopeSet.of(Map.of(WEST, Columns.ALL));
        List<String> woken = new ArrayList<>();
        try (LiveFeeds feeds = new LiveFeeds(store)) {
            Follower west = feeds.follow(new Scopes.Reader(1, "ann"), () -> woken.add("west"));
            Follower east = feeds.follow(new Scopes.Reader(2, "ben"), () -> woken.add("east"));
            west.follow(Set.of(WEST));
            east.follow(Set.of(EAST));
            put("a", WEST);
            put("a", WEST, EAST);
            assertThat(woken).containsExactlyInAnyOrder("west", "west", "east");
            feeds.scopesChanged("ben");
            assertThat(woken).endsWith("east").hasSize(4);
            west.close();
            put("b", WEST);
            assertThat(woken).hasSize(4);
        }
    }

    @Test
    void anAuthorIsToldThatItsCommitsHaveTheirPlaceThoughItMayNotSeeThem() {
        RelayDownload download = device.connect(true, PageLimits.DEFAULT);
        assertThat(device.next()).isNotNull();
        put("a", EAST);
        assertThat(download.next()).isNull();
        judge(ModelDevice.REPLICA);
        assertThat(device.next()).isNotNull();
        assertThat(device.position()).isEqualTo(store.head());
        assertThat(device.base()).isEmpty();
    }

    private List<String> sync() {
        device.connect(false, new PageLimits(1, 1));
        List<String> said = new ArrayList<>();
        boolean consistent = false;
        while (!consistent) {
            Page page = Objects.requireNonNull(device.next());
            consistent = page.getConsistent();
            ModelDevice.patches(page).getPatchList().forEach(patch -> said.add(line(patch)));
        }
        return said;
    }

    private static String line(Patch patch) {
        return patch.getId() + (patch.getLeave() ? " leave" : patch.getWhole() ? " whole" : " patch");
    }

    private Record held(String id) {
        Record held = device.base().get(key(id));
        return held == null ? Record.empty(key(id)) : held;
    }

    private void put(String id, Long... buckets) {
        Position head = store.head();
        long sequence = head.sequence() + 1;
        try (RelayView view = store.view()) {
            StoredRecord before = view.record(key(id)).orElse(null);
            Record seen = before == null ? Record.empty(key(id)) : before.record();
            Record after = seen.join(maker.delta(
                    seen, edit -> edit.set("name", Value.of("n" + sequence)).set("phone", Value.of(sequence))));
            StoredRecord now =
                    before == null ? StoredRecord.created(after, null, sequence) : before.changed(after, sequence);
            StoredRecord placed = now.in(now.memberships().changed(Set.of(buckets), sequence));
            append(new Admitted.Change(placed, before, 0));
        }
    }

    private void move(String id, Long... buckets) {
        long sequence = store.head().sequence() + 1;
        try (RelayView view = store.view()) {
            StoredRecord before = view.record(key(id)).orElseThrow();
            append(new Admitted.Change(
                    before.in(before.memberships().rescoped(Set.of(buckets), bucket -> false, sequence)), before, 0));
        }
    }

    private void append(Admitted.Change change) {
        Position head = store.head();
        Position after = new Position(head.epoch(), head.sequence() + 1);
        store.append(new Admitted(head, after, List.of(change), List.of(), List.of()));
    }

    /** A commit of a replica is accepted, and changes nothing. */
    private void judge(long replica) {
        Position head = store.head();
        Position after = new Position(head.epoch(), head.sequence() + 1);
        List<ReplicaHead> heads = List.of(new ReplicaHead(replica, 2, new byte[32]));
        store.append(new Admitted(head, after, List.of(), heads, List.of()));
    }

    private static RecordKey key(String id) {
        return new RecordKey("account", id);
    }
}
