package io.anabranch.relay.configuration;

import io.anabranch.crdt.HybridClock;
import io.anabranch.crdt.Position;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.relay.admission.Round;
import io.anabranch.relay.admission.Rounds;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.StoredRecord;
import io.anabranch.replica.schema.Configuration;
import io.anabranch.replica.schema.ConfigurationRecord;
import io.anabranch.replica.schema.ConfigurationType;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads and changes the configuration of a relay, for administrators.
 *
 * <p>A change is one commit of the relay's own, so devices get it whole and at one position. It names only the registers that are to be
 * different, so administrators who change different things at once do not undo each other's work. What would not make sense is refused; what
 * made none before does not stand in the way of other changes.
 *
 * <p>Thread-safe; changes are made one at a time, and wait for the disk.
 */
public final class ConfigurationDesk {

    private final RelayStore store;
    private final RelayReplica relay;
    private final Rounds rounds;
    private final InstantSource clock;
    private final Object changing = new Object();

    /** The desk of a store, which changes it in these rounds. */
    public ConfigurationDesk(RelayStore store, RelayReplica relay, Rounds rounds, InstantSource clock) {
        this.store = store;
        this.relay = relay;
        this.rounds = rounds;
        this.clock = clock;
    }

    /** The store that it is about. */
    public RelayStore store() {
        return store;
    }

    /** How it is changed. */
    public Rounds rounds() {
        return rounds;
    }

    /** The relay as an author. */
    public RelayReplica relay() {
        return relay;
    }

    /** By which it is stamped. */
    public InstantSource clock() {
        return clock;
    }

    /** What is configured. Costs the number of users. */
    public Configuration configuration() {
        return Configuration.of(records());
    }

    /** The records of configuration, deleted ones included, by key. */
    public List<Record> records() {
        try (RelayView view = store.view()) {
            return HeldConfiguration.read(view).records();
        }
    }

    /**
     * Changes configuration.
     *
     * @param edits one for each record
     * @return where the change is in the order, once it is durable; empty if nothing was different
     * @throws IllegalArgumentException if it would not make sense; the message says what does not, a line each
     */
    public Optional<Position> change(List<ConfigurationEdit> edits) {
        synchronized (changing) {
            requireSound(concerned(edits), edits);
            return rounds.perform(round -> write(round, edits));
        }
    }

    /** The records by which edits are to be checked: a user's make sense or do not whatever other users there are, and whatever types. */
    private List<Record> concerned(List<ConfigurationEdit> edits) {
        if (edits.stream().anyMatch(edit -> edit.type() != ConfigurationType.USER)) {
            return records();
        }
        List<Record> found = new ArrayList<>();
        try (RelayView view = store.view()) {
            view.recordsOf(ConfigurationType.PROFILE.recordType(), null, Integer.MAX_VALUE)
                    .forEach(stored -> found.add(stored.record()));
            view.records(edits.stream().map(ConfigurationEdit::key).distinct().toList())
                    .forEach(user -> user.ifPresent(stored -> found.add(stored.record())));
        }
        return found;
    }

    private static void requireSound(List<Record> before, List<ConfigurationEdit> edits) {
        List<ConfigurationRecord> now = before.stream()
                .filter(Record::alive)
                .map(ConfigurationRecord::of)
                .toList();
        Set<Problem> old = new HashSet<>(ConfigurationCheck.problems(Configuration.of(now, Set.of())));
        Configuration after = Configuration.of(ConfigurationEdit.applied(edits, now), Set.of());
        List<String> fresh = ConfigurationCheck.problems(after).stream()
                .filter(problem -> !old.contains(problem))
                .map(Problem::toString)
                .toList();
        if (!fresh.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", fresh));
        }
    }

    private Optional<Position> write(Round round, List<ConfigurationEdit> edits) {
        long stamp = HybridClock.stamp(clock.millis(), 0);
        List<Record> deltas = new ArrayList<>();
        try (RelayView view = store.view()) {
            for (ConfigurationEdit edit : edits) {
                Record delta = delta(view, edit, stamp);
                if (!delta.isEmpty()) {
                    deltas.add(delta);
                }
            }
            if (deltas.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(relay.commit(round, stamp, deltas));
        }
    }

    private Record delta(RelayView view, ConfigurationEdit edit, long stamp) {
        RecordKey key = edit.key();
        Record now = view.record(key).map(StoredRecord::record).orElse(Record.empty(key));
        RecordEdit change = new RecordEdit(now, null, relay.author(now, stamp));
        if (edit.removed()) {
            return now.alive() ? change.delete().build() : Record.empty(key);
        }
        if (!now.alive()) {
            change.create();
        }
        edit.set().forEach((register, text) -> {
            if (!now.alive() || !isJust(now, register, text)) {
                change.set(register, Value.of(text));
            }
        });
        edit.cleared().stream()
                .filter(register -> now.alive() && now.value(register).isPresent())
                .forEach(change::clear);
        return change.build();
    }

    private static boolean isJust(Record record, String register, String text) {
        return record.values(register).equals(List.of(Value.of(text)));
    }
}
