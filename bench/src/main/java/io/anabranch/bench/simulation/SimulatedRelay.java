package io.anabranch.bench.simulation;

import io.anabranch.crdt.Position;
import io.anabranch.proto.Rejection;
import io.anabranch.proto.RejectionCode;
import io.anabranch.relay.admission.Admission;
import io.anabranch.relay.admission.AdmissionLimits;
import io.anabranch.relay.admission.AdmissionRule;
import io.anabranch.relay.admission.Author;
import io.anabranch.relay.admission.Early;
import io.anabranch.relay.admission.OfferedRecord;
import io.anabranch.relay.admission.Recovered;
import io.anabranch.relay.admission.Recovery;
import io.anabranch.relay.admission.RefusedBatchException;
import io.anabranch.relay.admission.Round;
import io.anabranch.relay.admission.VerifiedCommits;
import io.anabranch.relay.scope.Scopes;
import io.anabranch.relay.session.Carriage;
import io.anabranch.relay.session.Downloads;
import io.anabranch.relay.session.RelayUpload;
import io.anabranch.relay.store.KeyValueRelayStore;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.VerdictRun;
import io.anabranch.replica.storage.MemoryStorage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The relay: production's store, admission and sessions over a disk that can crash and a clock that can be wrong. */
final class SimulatedRelay implements RelaySide {

    private static final int BATCHES_PER_ROUND_MAX = 5;

    private final World world;
    private final RelayRecorder recorder;
    private final SimulatedClock clock;
    private final List<Waiting> waiting = new ArrayList<>();
    private final List<Offered> offered = new ArrayList<>();
    private final Set<Long> enrolled = new TreeSet<>();
    private MemoryStorage backup;
    private RelayRecorder.Memory backedUp;
    private long incarnation;
    private MemoryStorage storage = new MemoryStorage(KeyValueRelayStore.FAMILIES);
    private KeyValueRelayStore raw;
    private WatchedStore store;
    private Admission admission;
    private Downloads downloads;
    private boolean strict = true;

    private record Offered(Scopes.Reader reader, List<OfferedRecord> offers, RelayEnd.Reconcile from) {}

    private record Waiting(VerifiedCommits commits, RelayEnd.Upload from) {}

    SimulatedRelay(World world, RelayRecorder recorder, long clockOffsetMillis) {
        this.world = world;
        this.recorder = recorder;
        this.clock = new SimulatedClock(world, clockOffsetMillis);
        this.raw = KeyValueRelayStore.open(storage, world.random());
        this.store = new WatchedStore(raw, world.shape());
        this.admission = newAdmission();
        this.backup = storage.copy();
        this.backedUp = recorder.remember();
        this.downloads = newDownloads();
    }

    /** For checks to read. */
    RelayStore store() {
        return raw;
    }

    void requireNothingHeld() {
        store.requireNoOpenViews();
    }

    @Override
    public SimulatedClock clock() {
        return clock;
    }

    @Override
    public long headSequence() {
        return store.head().sequence();
    }

    /** Whether nothing waits for its round. */
    boolean isIdle() {
        return waiting.isEmpty() && offered.isEmpty();
    }

    @Override
    public long incarnation() {
        return incarnation;
    }

    boolean isStrict() {
        return strict;
    }

    void strict(boolean nowStrict) {
        strict = nowStrict;
    }

    @Override
    public Endpoint newReconcile(SimulatedDevice device) {
        enrolled.add(device.replica());
        Scopes.Reader reader = new Scopes.Reader(device.replica(), device.toString());
        return new RelayEnd.Reconcile(
                downloads.reconcile(reader, new Recovery(store)),
                (offers, from) -> offered.add(new Offered(reader, offers, from)));
    }

    @Override
    public Endpoint newUpload(SimulatedDevice device) {
        enrolled.add(device.replica());
        Author author = new Author(device.replica(), device.toString(), device.publicKey());
        return new RelayEnd.Upload(
                new RelayUpload(author, store, clock, Carriage.NONE),
                (commits, from) -> waiting.add(new Waiting(commits, from)));
    }

    @Override
    public Endpoint newDownload(SimulatedDevice device) {
        Scopes.Reader reader = new Scopes.Reader(device.replica(), device.toString());
        return new RelayEnd.Download(downloads.begin(reader, world.shape().pages()));
    }

    /** One round over some of what waits, or none. */
    void step() {
        recover();
        if (waiting.isEmpty() || (!world.isHealed() && world.chance(0.3))) {
            return;
        }
        List<Waiting> taken = waiting.subList(0, Math.min(waiting.size(), 1 + world.pick(BATCHES_PER_ROUND_MAX)));
        List<Waiting> batches = List.copyOf(taken);
        taken.clear();
        admit(batches);
    }

    @Override
    public void crash(boolean beginEpoch) {
        waiting.clear();
        offered.clear();
        storage = storage.crash(world.random());
        raw = KeyValueRelayStore.open(storage, world.random());
        store = new WatchedStore(raw, world.shape());
        if (beginEpoch) {
            Position begun = store.newEpoch();
            world.say("the relay begins epoch %d", begun.epoch());
        }
        admission = newAdmission();
        downloads = newDownloads();
        recorder.reopened(raw);
    }

    @Override
    public void backUp() {
        backup = storage.copy();
        backedUp = recorder.remember();
        world.say("a backup is made at %d", headSequence());
    }

    @Override
    public void restore() {
        waiting.clear();
        offered.clear();
        incarnation++;
        storage = backup.copy();
        raw = KeyValueRelayStore.open(storage, world.random());
        store = new WatchedStore(raw, world.shape());
        world.say("the relay is restored, and begins at %s", store.newEpoch());
        admission = newAdmission();
        downloads = newDownloads();
        recorder.restored(backedUp);
    }

    private void recover() {
        new Recovery(store).closeIfAll(enrolled);
        if (offered.isEmpty() || (!world.isHealed() && world.chance(0.3))) {
            return;
        }
        Offered next = offered.remove(0);
        try (Round round = admission.begin()) {
            List<Recovered> outcomes = round.recover(next.reader, next.offers);
            if (!world.isHealed() && world.chance(0.03)) {
                world.say("a round of offers fails before it is stored");
                next.from.end();
                return;
            }
            round.append();
            recorder.recovered(raw);
            next.from.admitted(outcomes);
        }
    }

    private Downloads newDownloads() {
        return new Downloads(store, admission.scopes(), (replica, report) -> {}, clock);
    }

    private Admission newAdmission() {
        AdmissionRule rule = (author, before, after, delta) -> {
            boolean forbidden = delta.value("name")
                    .map(value -> value.toString().startsWith(Schema.FORBIDDEN))
                    .orElse(false);
            return strict && forbidden
                    ? Optional.of(Rejection.newBuilder()
                            .setCode(RejectionCode.VALIDATION_FAILED)
                            .setMessage("Choose another name.")
                            .build())
                    : Optional.empty();
        };
        return new Admission(store, AdmissionLimits.DEFAULT, rule, clock);
    }

    private void admit(List<Waiting> batches) {
        Map<Waiting, List<VerdictRun>> verdicts = new LinkedHashMap<>();
        Map<Waiting, Early> early = new HashMap<>();
        try (Round round = admission.begin()) {
            if (world.chance(0.5)) {
                round.read(batches.stream().map(Waiting::commits).toList());
            }
            for (Waiting batch : batches) {
                admit(batch, round, verdicts);
                round.early(batch.commits).ifPresent(found -> early.put(batch, found));
            }
            if (!world.isHealed() && world.chance(0.03)) {
                world.say("a round fails before it is stored");
                batches.forEach(batch -> end(batch.from));
                return;
            }
            round.append();
        }
        recorder.appended(
                raw,
                clock.getAsLong(),
                strict,
                batches.stream()
                        .map(batch -> batch.commits.author().replica())
                        .distinct()
                        .toList());
        verdicts.forEach((batch, runs) -> {
            recorder.answered(batch.commits.author().replica(), runs);
            batch.from.judged(runs, Optional.ofNullable(early.get(batch)));
        });
    }

    private void admit(Waiting batch, Round round, Map<Waiting, List<VerdictRun>> verdicts) {
        try {
            verdicts.put(batch, round.admit(batch.commits));
        } catch (RefusedBatchException e) {
            if (batch.from.goesOnAfter(batch.commits.commits(), e)) {
                return;
            }
            world.say("a batch is refused: %s", e);
            batch.from.refuse(e);
            waiting.removeIf(other -> other.from == batch.from);
        }
    }

    /** What else has come by it goes with it: what follows a lost batch has no place. */
    private void end(RelayEnd.Upload upload) {
        upload.end();
        waiting.removeIf(other -> other.from == upload);
    }
}
