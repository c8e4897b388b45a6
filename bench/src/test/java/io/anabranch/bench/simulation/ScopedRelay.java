package io.anabranch.bench.simulation;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Takeover;
import io.anabranch.proto.RejectedCommit;
import io.anabranch.relay.admission.Admission;
import io.anabranch.relay.admission.AdmissionLimits;
import io.anabranch.relay.admission.AdmissionRule;
import io.anabranch.relay.admission.Author;
import io.anabranch.relay.admission.OfferedRecord;
import io.anabranch.relay.admission.Recovery;
import io.anabranch.relay.admission.RefusedBatchException;
import io.anabranch.relay.admission.RejectedCommits;
import io.anabranch.relay.admission.Round;
import io.anabranch.relay.admission.VerifiedCommits;
import io.anabranch.relay.configuration.ConfigurationDesk;
import io.anabranch.relay.configuration.ConfiguredRule;
import io.anabranch.relay.configuration.RelayReplica;
import io.anabranch.relay.merge.MergeDesk;
import io.anabranch.relay.scope.ScopeSet;
import io.anabranch.relay.scope.Scopes;
import io.anabranch.relay.session.Carriage;
import io.anabranch.relay.session.Downloads;
import io.anabranch.relay.session.RelayUpload;
import io.anabranch.relay.store.KeyValueRelayStore;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.VerdictRun;
import io.anabranch.replica.storage.MemoryStorage;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The relay with its configuration and scopes. Its clock does not go back: what time has moved stays moved. */
final class ScopedRelay implements RelaySide {

    private static final int BATCHES_PER_ROUND_MAX = 5;

    private final World world;
    private final SimulatedClock clock;
    private final SimulatedClock otherClock;
    private final Function<SimulatedDevice, String> users;
    private final SentCheck sent;
    private final List<Waiting> waiting = new ArrayList<>();
    private MemoryStorage storage = new MemoryStorage(KeyValueRelayStore.FAMILIES);
    private Parts parts;
    private final List<Offered> offered = new ArrayList<>();
    private final Set<Long> enrolled = new TreeSet<>();
    private MemoryStorage backup;
    private long incarnation;

    private record Offered(Scopes.Reader reader, List<OfferedRecord> offers, RelayEnd.Reconcile from) {}

    private record Waiting(VerifiedCommits commits, RelayEnd.Upload from) {}

    private record Parts(RelayStore raw, WatchedStore store, Admission admission, Desks desks, Downloads downloads) {}

    private record Desks(ConfigurationDesk configuration, MergeDesk merges) {}

    /** Looks at what is sent to whom. */
    interface SentCheck {

        void sent(byte[] reply, String user, ScopeSet set);
    }

    ScopedRelay(World world, Function<SimulatedDevice, String> users, SentCheck sent) {
        this.world = world;
        this.clock = new SimulatedClock(world, 0);
        this.otherClock = new SimulatedClock(world, 0);
        this.users = users;
        this.sent = sent;
        this.parts = open();
        this.backup = storage.copy();
    }

    RelayStore store() {
        return parts.raw;
    }

    ConfigurationDesk desk() {
        return parts.desks.configuration;
    }

    /** Merges a living record into another, as an administrator has it done; empty if there are none. */
    Optional<MergedPair> merge() {
        String type = world.pick(RandomTerms.TYPES);
        List<RecordKey> alive = ScopedOracle.records(parts.raw).values().stream()
                .filter(record -> record.key().type().equals(type) && record.alive())
                .map(Record::key)
                .toList();
        if (alive.size() < 2) {
            return Optional.empty();
        }
        RecordKey loser = world.pick(alive);
        RecordKey survivor = world.pick(alive);
        if (loser.equals(survivor)) {
            return Optional.empty();
        }
        parts.desks.merges.merge(loser, survivor, Takeover.BY_KIND);
        world.say("%s is merged into %s at %d", loser, survivor, headSequence());
        return Optional.of(new MergedPair(loser, survivor));
    }

    /** The commits of a device that it keeps as rejected. */
    Set<Long> rejected(SimulatedDevice device) {
        return new RejectedCommits(parts.store)
                .of(device.replica()).stream()
                        .map(RejectedCommit::getSeq)
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What was merged. */
    record MergedPair(RecordKey loser, RecordKey survivor) {}

    long nowMillis() {
        return clock.getAsLong();
    }

    /** Time goes on. */
    void leap(long millis) {
        clock.jump(millis);
    }

    /** The rules that it cannot follow. */
    List<String> broken() {
        return parts.admission.scopes().problems().stream()
                .map(problem -> problem.rule())
                .toList();
    }

    /** Whether scopes ask for a slot. */
    boolean isWorkDue() {
        try (RelayView view = parts.raw.view()) {
            return parts.admission.scopes().isWorkDue(view);
        }
    }

    boolean isIdle() {
        return waiting.isEmpty() && offered.isEmpty() && !isWorkDue();
    }

    void requireNothingHeld() {
        parts.store.requireNoOpenViews();
    }

    @Override
    public SimulatedClock clock() {
        return otherClock;
    }

    @Override
    public long headSequence() {
        return parts.raw.head().sequence();
    }

    @Override
    public long incarnation() {
        return incarnation;
    }

    @Override
    public void backUp() {
        backup = storage.copy();
        world.say("a backup is made at %d", headSequence());
    }

    @Override
    public void restore() {
        waiting.clear();
        offered.clear();
        incarnation++;
        storage = backup.copy();
        RelayStore raw = KeyValueRelayStore.open(storage, world.random());
        world.say("the relay is restored, and begins at %s", raw.newEpoch());
        parts = with(raw);
    }

    @Override
    public Endpoint newReconcile(SimulatedDevice device) {
        Scopes.Reader reader = new Scopes.Reader(device.replica(), users.apply(device));
        return new RelayEnd.Reconcile(
                parts.downloads.reconcile(reader, new Recovery(parts.store)),
                (offers, from) -> offered.add(new Offered(reader, offers, from)));
    }

    private void recover() {
        new Recovery(parts.store).closeIfAll(enrolled);
        if (!offered.isEmpty() && (world.isHealed() || world.chance(0.7))) {
            Offered next = offered.remove(0);
            next.from.admitted(parts.admission.perform(round -> round.recover(next.reader, next.offers)));
        }
    }

    @Override
    public Endpoint newUpload(SimulatedDevice device) {
        enrolled.add(device.replica());
        Author author = author(device);
        return new RelayEnd.Upload(
                new RelayUpload(author, parts.store, clock, Carriage.NONE),
                (commits, from) -> waiting.add(new Waiting(commits, from)));
    }

    @Override
    public Endpoint newDownload(SimulatedDevice device) {
        Scopes.Reader reader = new Scopes.Reader(device.replica(), users.apply(device));
        Endpoint end = new RelayEnd.Download(
                parts.downloads.begin(reader, world.shape().pages()));
        return new Watched(end, reader);
    }

    /** One round over some of what waits, and a slot of what scopes ask for, or neither. */
    void step() {
        recover();
        if ((waiting.isEmpty() && !isWorkDue()) || (!world.isHealed() && world.chance(0.3))) {
            return;
        }
        List<Waiting> taken = waiting.subList(0, Math.min(waiting.size(), 1 + world.pick(BATCHES_PER_ROUND_MAX)));
        List<Waiting> batches = List.copyOf(taken);
        taken.clear();
        admit(batches);
    }

    /** Judges a rejected commit of a device again, as an administrator has it done. */
    void retry(SimulatedDevice device) {
        List<RejectedCommit> rejected = new RejectedCommits(parts.store).of(device.replica());
        if (!rejected.isEmpty()) {
            RejectedCommit commit = world.pick(rejected);
            boolean accepted = parts.admission
                    .perform(round -> round.retry(author(device), commit))
                    .isEmpty();
            world.say("the relay judges %s:%d again: %s", device, commit.getSeq(), accepted);
        }
    }

    @Override
    public void crash(boolean beginEpoch) {
        waiting.clear();
        offered.clear();
        storage = storage.crash(world.random());
        parts = open();
        if (beginEpoch) {
            world.say("the relay begins epoch %d", parts.store.newEpoch().epoch());
            parts = with(parts.raw);
        }
    }

    /** The last commit of a device that may have been accepted in what was lost. */
    long forgivenThrough(SimulatedDevice device) {
        return new Recovery(parts.store).forgivenThrough(device.replica());
    }

    private Author author(SimulatedDevice device) {
        return new Author(device.replica(), users.apply(device), device.publicKey());
    }

    private Parts open() {
        return with(KeyValueRelayStore.open(storage, world.random()));
    }

    private Parts with(RelayStore raw) {
        WatchedStore store = new WatchedStore(raw, world.shape());
        RelayReplica replica = RelayReplica.of(store, new SeededRandom(world));
        Admission admission = new Admission(
                store, AdmissionLimits.DEFAULT, new ConfiguredRule(store, replica, AdmissionRule.ACCEPT_ALL), clock);
        InstantSource time = () -> Instant.ofEpochMilli(clock.getAsLong());
        Desks desks = new Desks(
                new ConfigurationDesk(store, replica, admission, time), new MergeDesk(store, replica, admission, time));
        Downloads downloads = new Downloads(store, admission.scopes(), (id, report) -> {}, clock);
        return new Parts(raw, store, admission, desks, downloads);
    }

    private void admit(List<Waiting> batches) {
        Map<Waiting, List<VerdictRun>> verdicts = new LinkedHashMap<>();
        try (Round round = parts.admission.begin()) {
            if (world.chance(0.5)) {
                round.read(batches.stream().map(Waiting::commits).toList());
            }
            if (world.chance(0.2)) {
                round.maintain();
            }
            for (Waiting batch : batches) {
                admit(batch, round, verdicts);
            }
            if (world.isHealed() || world.chance(0.4)) {
                round.maintain();
            }
            if (!world.isHealed() && world.chance(0.03)) {
                world.say("a round fails before it is stored");
                batches.forEach(batch -> end(batch.from));
                return;
            }
            round.append();
        }
        tell(verdicts);
        verdicts.forEach((batch, runs) -> batch.from.judged(runs, Optional.empty()));
    }

    private void tell(Map<Waiting, List<VerdictRun>> verdicts) {
        if (world.isTraced()) {
            verdicts.forEach((batch, runs) ->
                    world.say("%s at %d: %s", batch.commits.author().user(), headSequence(), runs));
        }
    }

    private void admit(Waiting batch, Round round, Map<Waiting, List<VerdictRun>> verdicts) {
        try {
            verdicts.put(batch, round.admit(batch.commits));
        } catch (RefusedBatchException e) {
            world.say("a batch is refused: %s", e);
            batch.from.refuse(e);
            waiting.removeIf(other -> other.from == batch.from);
        }
    }

    private void end(RelayEnd.Upload upload) {
        upload.end();
        waiting.removeIf(other -> other.from == upload);
    }

    /** A download whose replies are looked at as they leave. */
    private final class Watched implements Endpoint {

        private final Endpoint end;
        private final Scopes.Reader reader;

        Watched(Endpoint end, Scopes.Reader reader) {
            this.end = end;
            this.reader = reader;
        }

        @Override
        public boolean canTake() {
            return end.canTake();
        }

        @Override
        public void receive(Pipe.Parcel parcel) {
            end.receive(parcel);
        }

        @Override
        public byte @Nullable [] next() {
            byte[] reply = end.next();
            if (reply != null) {
                sent.sent(reply, reader.user(), parts.admission.scopes().current(reader));
            }
            return reply;
        }

        @Override
        public boolean isOver() {
            return end.isOver();
        }
    }

    /** The seed's randomness where a key is made. */
    private static final class SeededRandom extends SecureRandom {

        private static final long serialVersionUID = 1;

        private final transient World world;

        SeededRandom(World world) {
            this.world = world;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            world.random().nextBytes(bytes);
        }
    }
}
