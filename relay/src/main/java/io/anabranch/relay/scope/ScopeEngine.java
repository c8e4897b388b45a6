package io.anabranch.relay.scope;

import io.anabranch.crdt.Record;
import io.anabranch.proto.Grant;
import io.anabranch.relay.store.Admitted.RowChange;
import io.anabranch.relay.store.Memberships;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayView;
import io.anabranch.replica.query.Circumstances;
import io.anabranch.replica.schema.AttachmentPolicy;
import io.anabranch.replica.schema.ConfigurationType;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Keeps records in the buckets that the rules make, and says which buckets a user is to have.
 *
 * <p>Two plans are known: the one that is <b>served</b> and the one that is <b>wanted</b> since the configuration changed. The
 * clauses of both are maintained, those of the wanted plan that are new are built in slots between commits, and when
 * they are ready the wanted plan is served, all at once. So a change of rules never takes away what it also gives. What is
 * ready, how far the building is and what is served is stored with the rounds, so all of it goes on after a restart.
 *
 * <p>Rounds and {@link #configured} belong to the thread that orders; {@link #current} is for any thread.
 */
public final class ScopeEngine implements Scopes {

    private static final ZoneId ZONE = ZoneOffset.UTC;

    private final LongSupplier relayMillis;
    private final ScopeStorage storage;
    private ConfigurationRecords configuration;
    private final JoinedRecords joined = new JoinedRecords();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    /** By user and replica. */
    private volatile Map<String, Map<Long, ScopeSet>> sets = new ConcurrentHashMap<>();

    private volatile ScopeState state;
    private volatile ScopeLimits limits = ScopeLimits.DEFAULT;
    private long lastMillis;
    /** Told when a build may be over. */
    private final Object building = new Object();

    private ScopeEngine(RelayStore store, LongSupplier relayMillis) {
        this.relayMillis = relayMillis;
        this.storage = new ScopeStorage(store);
        try (RelayView view = store.view()) {
            this.configuration = ConfigurationRecords.read(view);
            this.state = storage.restored(configuration, view);
        }
        storage.store(state);
    }

    /**
     * The engine of a store, as far as it was.
     *
     * @param relayMillis the relay's clock, ms since 1970
     */
    public static ScopeEngine open(RelayStore store, LongSupplier relayMillis) {
        return new ScopeEngine(store, relayMillis);
    }

    /** Begins a round. */
    public ScopeRound begin(StoredRecords records) {
        lastMillis = Math.max(lastMillis, relayMillis.getAsLong());
        return new ScopeRound(this, state, records, new RoundWorld.Moment(lastMillis, ZONE));
    }

    /** Whether a round has something to {@link ScopeRound#maintain}. */
    public boolean isWorkDue(RelayView view) {
        return state.build() != null || !view.timers(relayMillis.getAsLong(), 1).isEmpty();
    }

    /** Whether clauses are being built. */
    public boolean isBuilding() {
        return state.build() != null;
    }

    /**
     * Waits until what is configured is served.
     *
     * @param millisMax how long at most; 0 looks only
     * @return how far it is then
     */
    public ScopeProgress await(long millisMax, Map<String, Long> recordsByType) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millisMax);
        synchronized (building) {
            for (long left = millisMax; left > 0 && isBuilding(); left = (end - System.nanoTime()) / 1_000_000) {
                building.wait(left);
            }
        }
        Build build = state.build();
        return build == null ? ScopeProgress.DONE : ScopeProgress.of(build.read(), build.total(recordsByType));
    }

    /** The rules that give nothing because they cannot be followed. */
    public List<ScopeProblem> problems() {
        return state.wanted().problems();
    }

    /** Tells when the sets of users may be others. */
    public void onChange(Listener listener) {
        listeners.add(listener);
    }

    @Override
    public ScopeSet current(Reader reader) {
        return sets.computeIfAbsent(reader.user(), user -> new ConcurrentHashMap<>())
                .computeIfAbsent(reader.replica(), replica -> {
                    ScopeState now = state;
                    return now.served().set(subject(now.served(), reader), now.ready());
                });
    }

    /**
     * By what buckets and columns a reader is given content of attachments. Computed each time; any thread.
     *
     * @param least what the rules say, or more; not NONE
     */
    public ScopeSet attachments(Reader reader, AttachmentPolicy least) {
        ScopeState now = state;
        return now.served().attachments(subject(now.served(), reader), now.ready(), least);
    }

    @Override
    public void requireWithinLimits(Reader reader, RelayView view) {
        ScopeState now = state;
        new ScopeSizes(view).requireWithin(limits, now.served(), subject(now.served(), reader), now.ready());
    }

    /**
     * Whether a record is, or was, in a bucket that a reader is to have now. One whose scope is beyond the limits is believed.
     */
    public boolean mayHave(Reader reader, Memberships memberships) {
        try {
            ScopeSet set = current(reader);
            return memberships.all().stream().anyMatch(membership -> set.contains(membership.bucket()));
        } catch (ScopeLimitException e) {
            return true;
        }
    }

    /** What a reader is to have, as text that another device can evaluate: records and parameters. Any thread. */
    public Grant.Builder granted(Reader reader) {
        ScopePlan plan = state.served();
        return new GrantText(plan.configuration(), subject(plan, reader)).write();
    }

    /** Sets how much users may have. */
    public void limits(ScopeLimits other) {
        limits = other;
    }

    private Subject subject(ScopePlan plan, Reader reader) {
        return new Subject(
                plan.configuration().user(reader.user()),
                reader.device(),
                Circumstances.at(relayMillis.getAsLong(), ZONE));
    }

    JoinedRecords joined() {
        return joined;
    }

    List<RowChange> rows(ScopeState from, Build progress) {
        return storage.rows(from, from.built(progress));
    }

    void built(Build progress) {
        enter(state.built(progress));
    }

    void configured(Collection<Record> changed) {
        configuration = configuration.with(changed);
        Set<String> users = ConfigurationType.areUsers(changed)
                ? changed.stream().map(record -> record.key().id()).collect(Collectors.toSet())
                : Set.of();
        Optional<ScopeState> same = users.isEmpty() ? Optional.empty() : state.withUsers(configuration, users);
        if (same.isPresent()) {
            state = same.get();
            // Who is just making a set of the old state puts it where nobody finds it.
            users.forEach(sets::remove);
            listeners.forEach(listener -> users.forEach(listener::scopesChanged));
            return;
        }
        ScopeState next = state.toward(state.wanted().with(configuration));
        storage.store(next);
        enter(next);
    }

    private void enter(ScopeState next) {
        boolean others = !next.isServedLike(state);
        state = next;
        synchronized (building) {
            building.notifyAll();
        }
        if (others) {
            // A new map, so that a set that is just being made of the old state is not found later.
            sets = new ConcurrentHashMap<>();
            listeners.forEach(Listener::scopesChanged);
        }
    }
}
