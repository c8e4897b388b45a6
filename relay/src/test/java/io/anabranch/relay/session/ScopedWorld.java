package io.anabranch.relay.session;

import io.anabranch.crdt.Position;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.relay.scope.Columns;
import io.anabranch.relay.scope.ScopeSet;
import io.anabranch.relay.store.Admitted;
import io.anabranch.relay.store.Memberships;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.StoredRecord;
import io.anabranch.relay.testkit.CommitMaker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A store whose records change and move between buckets at random, as if rules said so. */
final class ScopedWorld {

    private static final int RECORDS = 10;
    private static final int FIELDS = 4;

    private final RelayStore store;
    private final Random random;
    private final CommitMaker maker = new CommitMaker(7);
    private final List<RecordKey> keys = new ArrayList<>();
    private final List<Long> buckets = new ArrayList<>();
    private final Set<Long> retired = new HashSet<>();
    private long nextBucket = 300;

    ScopedWorld(RelayStore store, Random random) {
        this.store = store;
        this.random = random;
        for (int i = 0; i < RECORDS; i++) {
            keys.add(new RecordKey("account", "a" + i));
        }
        for (int i = 1 + random.nextInt(5); i > 0; i--) {
            addBucket();
        }
    }

    PageLimits limits() {
        return random.nextInt(4) == 0
                ? PageLimits.DEFAULT
                : new PageLimits(1 + random.nextInt(6), 1 + random.nextInt(400));
    }

    Columns visible(RecordKey key, ScopeSet set) {
        try (RelayView view = store.view()) {
            return view.record(key)
                    .map(stored -> ScopedPagingLaws.visible(stored.memberships(), set))
                    .orElse(Columns.NONE);
        }
    }

    Memberships memberships(RecordKey key) {
        try (RelayView view = store.view()) {
            return view.record(key).map(StoredRecord::memberships).orElse(Memberships.NONE);
        }
    }

    Map<RecordKey, String> scope(ScopeSet set) {
        try (RelayView view = store.view()) {
            return ScopedPagingLaws.scope(view, keys, set);
        }
    }

    ScopeSet someSet() {
        Map<Long, Columns> columns = new HashMap<>();
        for (long bucket : buckets) {
            if (random.nextInt(3) > 0) {
                columns.put(bucket, someColumns());
            }
        }
        return ScopeSet.of(columns);
    }

    /** Another set: a little different, or altogether; never with a retired bucket. */
    ScopeSet changed(ScopeSet before) {
        if (random.nextInt(4) == 0) {
            return someSet();
        }
        Map<Long, Columns> columns = new HashMap<>();
        before.buckets().forEach(bucket -> columns.put(bucket, before.columns(bucket)));
        columns.keySet().removeAll(retired);
        long bucket = buckets.get(random.nextInt(buckets.size()));
        columns.put(bucket, random.nextInt(3) == 0 ? Columns.NONE : someColumns());
        return ScopeSet.of(columns);
    }

    private Columns someColumns() {
        if (random.nextBoolean()) {
            return Columns.ALL;
        }
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < FIELDS; i++) {
            if (random.nextBoolean()) {
                names.add("f" + i);
            }
        }
        return Columns.of(names);
    }

    /** One bucket is no longer maintained, and another begins: they are the retired ones from now on. */
    Set<Long> retireSome() {
        if (random.nextInt(4) == 0) {
            retired.add(buckets.remove(random.nextInt(buckets.size())));
            addBucket();
        }
        return retired;
    }

    private void addBucket() {
        buckets.add(nextBucket++ * (random.nextBoolean() ? 1 : -1));
    }

    /** One to three commits in one round, each of one to four records that change and perhaps move. */
    void commit() {
        round(1 + random.nextInt(3), true);
    }

    /** Records move though they do not change. */
    void moveSome() {
        round(1, false);
    }

    private void round(int commits, boolean changes) {
        Position before = store.head();
        Map<RecordKey, StoredRecord> was = new HashMap<>();
        Map<RecordKey, StoredRecord> is = new HashMap<>();
        long sequence = before.sequence();
        try (RelayView view = store.view()) {
            for (int commit = 0; commit < commits; commit++) {
                sequence++;
                Set<RecordKey> chosen = new HashSet<>();
                for (int left = random.nextInt(4); left >= 0; left--) {
                    chosen.add(keys.get(random.nextInt(keys.size())));
                }
                for (RecordKey key : chosen) {
                    if (!is.containsKey(key)) {
                        view.record(key).ifPresent(stored -> {
                            was.put(key, stored);
                            is.put(key, stored);
                        });
                    }
                    StoredRecord now = is.get(key);
                    if (changes) {
                        is.put(key, changed(key, now, sequence));
                    } else if (now != null) {
                        is.put(key, now.in(now.memberships().rescoped(someBuckets(now), retired::contains, sequence)));
                    }
                }
            }
        }
        List<Admitted.Change> changed = new ArrayList<>();
        is.forEach((key, now) -> changed.add(new Admitted.Change(now, was.get(key), 0)));
        Position head = new Position(before.epoch(), sequence);
        store.append(new Admitted(before, head, changed, List.of(), List.of()));
    }

    private StoredRecord changed(RecordKey key, @Nullable StoredRecord before, long sequence) {
        Record seen = before == null ? Record.empty(key) : before.record();
        Record after = seen.join(maker.delta(seen, this::edit));
        StoredRecord changed =
                before == null ? StoredRecord.created(after, null, sequence) : before.changed(after, sequence);
        Memberships memberships = changed.memberships();
        return changed.in(memberships.changed(someBuckets(changed), retired::contains, sequence));
    }

    private RecordEdit edit(RecordEdit edit) {
        edit.create();
        for (int left = random.nextInt(3); left >= 0; left--) {
            String field = "f" + random.nextInt(FIELDS);
            switch (random.nextInt(6)) {
                case 0 -> edit.clear(field);
                case 1 -> edit.increment("f0", 1);
                case 2 -> edit.add("f1", Value.of(random.nextInt(4)));
                default -> edit.set(field, Value.of(random.nextInt(1_000)));
            }
        }
        return random.nextInt(12) == 0 ? edit.delete() : edit;
    }

    /** Mostly those it is in. */
    private Set<Long> someBuckets(StoredRecord record) {
        Set<Long> chosen = new HashSet<>(record.memberships().buckets());
        chosen.removeAll(retired);
        if (random.nextInt(3) == 0) {
            chosen.removeIf(bucket -> random.nextBoolean());
        }
        if (chosen.isEmpty() || random.nextInt(3) == 0) {
            chosen.add(buckets.get(random.nextInt(buckets.size())));
        }
        return chosen;
    }
}
