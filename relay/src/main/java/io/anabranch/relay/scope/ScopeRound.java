package io.anabranch.relay.scope;

import io.anabranch.crdt.Position;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.relay.scope.clause.Dependencies;
import io.anabranch.relay.scope.clause.KeyFinder;
import io.anabranch.relay.scope.clause.Propagation;
import io.anabranch.relay.store.Admitted.RowChange;
import io.anabranch.relay.store.Admitted.TimerChange;
import io.anabranch.relay.store.Admitted.Upkeep;
import io.anabranch.relay.store.RelayView.Timer;
import io.anabranch.relay.store.StoredRecord;
import io.anabranch.replica.schema.ConfigurationType;
import io.anabranch.replica.tracking.SyncTrack;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Scopes during one round of admission: puts the records of each commit into their buckets, and with them those that the commit leads
 * to, at the commit's position; and does, in slots between commits, what time and new rules ask for.
 *
 * <p>The round calls {@link #commit} for each accepted commit before it changes its records, or {@link #maintain}; if it is
 * stored, {@link #upkeep} and then {@link #appended}. For the thread of the round.
 */
public final class ScopeRound {

    /** Most timers, and most records that are read for new clauses, in one slot. */
    static final int SLOT_MAX = 2_000;

    /** How far it is read ahead. */
    private static final int DEPTH_MAX = 3;

    private final ScopeEngine engine;
    private final ScopeState state;
    private final StoredRecords records;
    private final RoundWorld.Moment moment;
    private final RoundReferences references;
    private final List<TimerChange> timers = new ArrayList<>();
    private final Map<RecordKey, Record> configuration = new LinkedHashMap<>();
    private final Position head;
    /** The latest of each record that the round has changed. */
    private final Map<RecordKey, StoredRecord> changed = new HashMap<>();

    private @Nullable Build build;
    /** Whether time has come for something; asked once, for the store is looked at as it was before the round. */
    private @Nullable Boolean late;

    ScopeRound(ScopeEngine engine, ScopeState state, StoredRecords records, RoundWorld.Moment moment) {
        this.engine = engine;
        this.state = state;
        this.records = records;
        this.moment = moment;
        this.references = new RoundReferences(records.view(), dependencies());
        this.head = records.view().head();
        engine.joined().begin(head);
    }

    private Dependencies dependencies() {
        return state.maintained().dependencies();
    }

    /** Reads what commits with these changes are going to need: a help for speed. */
    public void read(Collection<Record> deltas) {
        List<Record> level = new ArrayList<>();
        for (Record delta : deltas) {
            if (dependencies().mayConcern(delta)) {
                level.add(delta);
                Record before = before(delta.key());
                if (before != null) {
                    level.add(before);
                }
            }
        }
        for (int depth = 0; depth < DEPTH_MAX && !level.isEmpty(); depth++) {
            Set<RecordKey> keys = new LinkedHashSet<>();
            for (Record record : level) {
                for (Dependencies.Reference reference :
                        dependencies().references(record.key().type())) {
                    for (Value value : RoundReferences.values(reference.operand(), record)) {
                        RoundWorld.keyOf(reference.type(), value).ifPresent(keys::add);
                    }
                }
            }
            readJoined(keys);
            level = keys.stream().map(this::before).filter(Objects::nonNull).toList();
        }
    }

    private void readJoined(Set<RecordKey> keys) {
        List<RecordKey> unknown = new ArrayList<>();
        for (RecordKey key : keys) {
            StoredRecord known = engine.joined().get(head, key);
            if (known == null) {
                unknown.add(key);
            } else {
                records.known(known);
            }
        }
        records.read(unknown);
        for (RecordKey key : unknown) {
            StoredRecord read = changed.containsKey(key) ? null : records.now(key);
            if (read != null) {
                engine.joined().put(head, read);
            }
        }
    }

    /**
     * The records of a commit in their buckets, and the other records that have others because of it.
     *
     * @param changes the records as they are after the commit, where they were before it
     * @param at the commit's sequence
     */
    public List<StoredRecord> commit(List<StoredRecord> changes, long at) {
        Map<RecordKey, StoredRecord> after = new LinkedHashMap<>();
        Map<RecordKey, Record> concerned = new LinkedHashMap<>();
        for (StoredRecord change : changes) {
            after.put(change.key(), change);
            Record before = before(change.key());
            if (dependencies().concerns(before, change.record())) {
                concerned.put(change.key(), change.record());
            }
            if (ConfigurationType.isReserved(change.key().type())
                    && !change.key().type().equals(SyncTrack.RECORD_TYPE)) {
                configuration.put(change.key(), change.record());
            }
        }
        KeyFinder now = new KeyFinder(world(after));
        Set<RecordKey> reached = reached(concerned, now);
        List<StoredRecord> placed = new ArrayList<>();
        for (StoredRecord change : changes) {
            boolean isSame = !change.memberships().isEmpty() && !reached.contains(change.key());
            Set<Long> buckets =
                    isSame ? change.memberships().buckets() : state.maintained().buckets(change.record(), now);
            placed.add(change.in(change.memberships().changed(buckets, at)));
        }
        reached.removeAll(after.keySet());
        placed.addAll(rescoped(reached, now, at));
        return noted(placed);
    }

    private List<StoredRecord> noted(List<StoredRecord> placed) {
        placed.forEach(record -> changed.put(record.key(), record));
        return placed;
    }

    private boolean isLate() {
        Boolean known = late;
        if (known == null) {
            known = !records.view().timers(moment.nowMillis(), 1).isEmpty();
            late = known;
        }
        return known;
    }

    /** The records that may be in other buckets because of changes of some, these included; notes what is looked up later. */
    private Set<RecordKey> reached(Map<RecordKey, Record> concerned, KeyFinder now) {
        if (concerned.isEmpty()) {
            return new HashSet<>();
        }
        KeyFinder then = new KeyFinder(world(Map.of()));
        Propagation propagation = new Propagation(dependencies(), then, now);
        Set<RecordKey> reached =
                isLate() ? propagation.changedBeforeFlips(concerned.keySet()) : propagation.changed(concerned.keySet());
        reached.addAll(concerned.keySet());
        concerned.forEach((key, record) -> {
            references.changed(before(key), record);
            setTimer(record, now);
        });
        return reached;
    }

    /**
     * Does a slot's worth of what is due beside commits.
     *
     * @param at the sequence of what it moves in the feeds
     * @return the records that are in other buckets now; if there are none, the sequence is not needed
     */
    public List<StoredRecord> maintain(long at) {
        List<Timer> due = records.view().timers(moment.nowMillis(), SLOT_MAX);
        return noted(due.isEmpty() ? portion(at) : flip(due, at));
    }

    /** Whether there is something to be stored, though perhaps no commit was judged. */
    public boolean hasUpkeep() {
        return build != null || !timers.isEmpty();
    }

    /** What is to be stored with the round. */
    public Upkeep upkeep() {
        List<RowChange> rows = build == null ? List.of() : engine.rows(state, build);
        return new Upkeep(references.changes(), timers, rows);
    }

    /**
     * The round is stored.
     *
     * @param after the head after it
     */
    public void appended(Position after) {
        engine.joined().appended(head, after, changed.values());
        if (build != null) {
            engine.built(build);
        }
        if (!configuration.isEmpty()) {
            engine.configured(configuration.values());
        }
    }

    private List<StoredRecord> flip(List<Timer> due, long at) {
        Set<RecordKey> keys = new LinkedHashSet<>();
        for (Timer timer : due) {
            keys.add(timer.key());
            timers.add(new TimerChange(timer.millis(), timer.key(), false));
        }
        records.read(keys);
        KeyFinder now = new KeyFinder(world(Map.of()));
        Set<RecordKey> concerned = new LinkedHashSet<>(keys);
        concerned.addAll(new Propagation(dependencies(), now, now).flipped(keys));
        for (RecordKey key : keys) {
            Record record = before(key);
            if (record != null) {
                setTimer(record, now);
            }
        }
        return rescoped(concerned, now, at);
    }

    private List<StoredRecord> portion(long at) {
        Build under = state.build();
        if (under == null || under.isDone()) {
            return List.of();
        }
        Build.Step step = under.step();
        List<StoredRecord> read = step.type().isEmpty()
                ? records.view().recordsAfter(under.after(), SLOT_MAX)
                : records.view().recordsOf(step.type(), under.after(), SLOT_MAX);
        KeyFinder now = new KeyFinder(world(Map.of()));
        List<RecordKey> keys = new ArrayList<>(read.size());
        for (StoredRecord stored : read) {
            records.known(stored);
            keys.add(stored.key());
            if (!step.places()) {
                Record record = before(stored.key());
                if (record != null) {
                    references.changed(null, record);
                    setTimer(record, now);
                }
            }
        }
        build = read.size() < SLOT_MAX
                ? under.afterStep(read.size())
                : under.afterRecord(keys.get(SLOT_MAX - 1), SLOT_MAX);
        return step.places() ? rescoped(keys, now, at) : List.of();
    }

    private List<StoredRecord> rescoped(Collection<RecordKey> keys, KeyFinder finder, long at) {
        records.read(keys);
        List<StoredRecord> rescoped = new ArrayList<>();
        for (RecordKey key : keys) {
            StoredRecord stored = records.now(key);
            if (stored != null) {
                Set<Long> buckets = state.maintained().buckets(stored.record(), finder);
                StoredRecord now = stored.in(stored.memberships().rescoped(buckets, bucket -> false, at));
                if (now != stored) {
                    rescoped.add(now);
                }
            }
        }
        return rescoped;
    }

    private void setTimer(Record record, KeyFinder finder) {
        OptionalLong next = dependencies().nextFlip(record, finder.world());
        if (next.isPresent()) {
            timers.add(new TimerChange(next.getAsLong(), record.key(), true));
        }
    }

    private @Nullable Record before(RecordKey key) {
        StoredRecord stored = records.now(key);
        return stored == null ? null : stored.record();
    }

    private RoundWorld world(Map<RecordKey, StoredRecord> changed) {
        return new RoundWorld(moment, records, references, changed);
    }
}
