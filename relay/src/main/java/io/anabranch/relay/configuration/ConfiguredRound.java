package io.anabranch.relay.configuration;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.proto.Rejection;
import io.anabranch.relay.admission.Author;
import io.anabranch.relay.admission.RecordChange;
import io.anabranch.relay.admission.RoundRule;
import io.anabranch.relay.admission.RoundState;
import io.anabranch.relay.store.Admitted.RowChange;
import io.anabranch.relay.store.Admitted.Upkeep;
import io.anabranch.replica.query.Operand;
import io.anabranch.replica.schema.Change;
import io.anabranch.replica.schema.ConfigurationType;
import io.anabranch.replica.schema.Surroundings;
import io.anabranch.replica.schema.Writer;
import io.anabranch.replica.tracking.SyncTrack;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The configured rule during one round: the configuration and the unique values, as the commits accepted so far have made them. */
final class ConfiguredRound implements RoundRule {

    private final RoundState round;
    private final RelayReplica relay;
    private final RoundRule also;
    private final Consumer<HeldConfiguration> changed;
    private final LookupIndex index;
    private final List<Record> configured = new ArrayList<>();
    private HeldConfiguration held;

    /** What a round begins with. */
    record Start(RoundState round, HeldConfiguration held, RelayReplica relay) {}

    ConfiguredRound(Start start, RoundRule also, Consumer<HeldConfiguration> changed) {
        this.round = start.round;
        this.held = start.held;
        this.relay = start.relay;
        this.also = also;
        this.changed = changed;
        this.index = new LookupIndex(round, held.lookups());
    }

    @Override
    public Optional<Rejection> judge(Author author, List<RecordChange> changes) {
        if (relay.is(author)) {
            return Optional.empty();
        }
        HeldConfiguration by = current();
        Writer writer = new Writer(by.configuration().user(author.user()), author.device());
        Surroundings others = new Others(changes);
        for (RecordChange change : changes) {
            if (isOwnTrack(author, change.after())) {
                // A device may tell of its own syncs, whatever its user may do.
                continue;
            }
            Optional<Rejection> rejection =
                    by.check().check(writer, new Change(change.before(), change.after(), change.delta()), others);
            if (rejection.isPresent()) {
                return rejection;
            }
        }
        return also.judge(author, changes);
    }

    /** The user that a track names is the one who is given it, so it may name nobody else. */
    private static boolean isOwnTrack(Author author, Record record) {
        return SyncTrack.isOf(record.key(), author.replica())
                && record.values("user").equals(List.of(Value.of(author.user())));
    }

    @Override
    public void accepted(List<RecordChange> changes) {
        for (RecordChange change : changes) {
            if (ConfigurationType.of(change.after().key().type()).isPresent()) {
                configured.add(change.after());
            } else {
                index.changed(change.before(), change.after());
            }
        }
        also.accepted(changes);
    }

    @Override
    public Map<String, String> references(String type) {
        return current().references(type);
    }

    @Override
    public boolean isRelay(long replica) {
        return replica == relay.id();
    }

    /** The configuration as it is now. */
    private HeldConfiguration current() {
        if (!configured.isEmpty()) {
            held = held.with(configured);
            configured.clear();
            index.lookUp(held.lookups());
        }
        return held;
    }

    @Override
    public Upkeep upkeep() {
        HeldConfiguration now = current();
        Upkeep others = also.upkeep();
        List<RowChange> rows = new ArrayList<>(others.rows());
        if (!now.isThatOf(round.view())) {
            rows.add(now.row());
        }
        index.references().addAll(others.references());
        return new Upkeep(index.references(), others.timers(), rows);
    }

    @Override
    public void appended() {
        changed.accept(held);
        also.appended();
    }

    /** Other records as they are after the commit that is judged. */
    private final class Others implements Surroundings {

        private final Map<RecordKey, Record> afters = new HashMap<>();

        Others(List<RecordChange> changes) {
            changes.forEach(change -> afters.put(change.after().key(), change.after()));
        }

        private Record record(RecordKey key) {
            @Nullable Record after = afters.get(key);
            return after == null ? round.record(key) : after;
        }

        @Override
        public boolean isMissing(RecordKey key) {
            return !record(key).alive();
        }

        @Override
        public boolean isComplete() {
            return true;
        }

        @Override
        public boolean isTaken(RecordKey own, String field, Value value) {
            return candidates(own.type(), field, value).stream()
                    .anyMatch(key -> !key.equals(own)
                            && LookupIndex.values(record(key), field).contains(value));
        }

        private static Optional<RecordKey> key(String type, String id) {
            try {
                return Optional.of(new RecordKey(type, id));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }

        private Set<RecordKey> candidates(String type, String field, Value value) {
            Set<RecordKey> candidates = new LinkedHashSet<>(index.candidates(type, field, value));
            afters.keySet().stream().filter(key -> key.type().equals(type)).forEach(candidates::add);
            return candidates;
        }

        @Override
        public Iterable<Record> records(String type, Operand.Stored selected, @Nullable Value value) {
            Set<RecordKey> keys = new LinkedHashSet<>();
            if (selected instanceof Operand.Field field && value != null && index.has(type, field.name())) {
                keys.addAll(candidates(type, field.name(), value));
            } else if (selected instanceof Operand.Id && value instanceof Value.Text id) {
                key(type, id.text()).ifPresent(keys::add);
            } else {
                index.forEachRecord(type, record -> keys.add(record.key()));
                afters.keySet().stream().filter(key -> key.type().equals(type)).forEach(keys::add);
            }
            return keys.stream().map(this::record).filter(Record::alive).toList();
        }

        @Override
        public long nowMillis() {
            return round.nowMillis();
        }

        @Override
        public ZoneId zone() {
            return ZoneOffset.UTC;
        }
    }
}
