package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.BASE;
import static io.anabranch.replica.state.ReplicaFamilies.BY_RECORD;
import static io.anabranch.replica.state.ReplicaFamilies.STAGED;
import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.Dot;
import io.anabranch.crdt.Position;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.proto.Page;
import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.commit.SignedCommits;
import io.anabranch.replica.storage.Family;
import io.anabranch.replica.storage.Scan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Whatever is saved, received, judged, retried, discarded, repeated or lost in a crash: the view is base ⊔ pending ⊔ errors,
 * the base is the relay's, and every commit is pending, an error, or in the base. All three are computed anew, from a model
 * that keeps every state of the relay and every commit ever made.
 */
class ReplicaStateLaws {

    private static final int STEPS = 60;
    private static final List<RecordKey> KEYS = IntStream.range(0, 4)
            .mapToObj(i -> new RecordKey(i % 2 == 0 ? "account" : "call", "r" + i))
            .toList();

    /** Staged by chance or not: what waits changes nothing that is seen, and what is applied is what would have been received. */
    @Property(tries = 600)
    void whatIsStagedAndAppliedIsAsIfReceived(@ForAll long seed) {
        Run run = new Run(new Random(seed));
        run.percentStaged = 70;
        for (int i = 0; i < STEPS; i++) {
            run.step();
            run.check();
        }
        run.drain();
        run.checkDrained();
    }

    @Property(tries = 600)
    void theViewIsTheBaseWithAllThatIsUnconfirmed(@ForAll long seed) {
        Run run = new Run(new Random(seed));
        for (int i = 0; i < STEPS; i++) {
            run.step();
            run.check();
        }
        run.drain();
        run.checkDrained();
    }

    @Property(tries = 1_500)
    void whatIsRefreshedIsAsIfReceived(@ForAll long seed) {
        Run run = new Run(new Random(seed));
        run.refreshes = true;
        for (int i = 0; i < 2 * STEPS; i++) {
            run.step();
            run.check();
        }
        run.drain();
        run.checkDrained();
    }

    private static final class Run {
        private final Random random;
        private final Device device;
        private final ModelRelay relay = new ModelRelay();
        private final Map<Long, Commit> made = new TreeMap<>();
        /** Discarded or retried. */
        private final Set<Long> dropped = new HashSet<>();

        /** What the device had of the records that it is to keep until commits of them are judged. */
        private final Map<RecordKey, Record> kept = new HashMap<>();

        private final List<Page> sent = new ArrayList<>();
        private int percentStaged;
        private boolean refreshes;
        private ModelRefresh refresh;

        Run(Random random) {
            this.random = random;
            this.device = new Device(random.nextBoolean() ? Integer.MAX_VALUE : random.nextInt(8));
            this.refresh = new ModelRefresh(device, relay, KEYS);
            relay.write(key(), this::change);
        }

        void step() {
            if (refreshes && random.nextInt(4) == 0) {
                boolean filled = device.state.appliedPosition().sequence() > 0;
                if (refresh.step(random)) {
                    // The streams begin anew.
                    sent.clear();
                }
                if (!filled) {
                    // What a first filling has brought is not held to have been confirmed.
                    KEYS.forEach(key -> kept.put(key, device.base(key)));
                }
                return;
            }
            switch (random.nextInt(percentStaged > 0 ? 18 : 16)) {
                case 0, 1, 2 -> save();
                case 3, 4 -> relay.write(key(), this::change);
                case 5, 6 -> upload(25);
                case 7, 8 -> judge();
                case 9, 10 -> download();
                case 11 -> repeat();
                case 12 -> resolve();
                case 14 -> revise();
                case 13 -> relay.scope(key(), random.nextBoolean());
                case 15 -> crash();
                case 16 -> apply();
                default -> device.state.prepareStaged();
            }
        }

        void check() {
            List<Long> pending = device.state.pending(1, Integer.MAX_VALUE).stream()
                    .map(Commit::seq)
                    .toList();
            List<Long> errors = device.state.errors().list(Integer.MAX_VALUE).stream()
                    .map(SyncError::seq)
                    .toList();
            assertThat(device.state.pendingCount()).isEqualTo(pending.size());
            assertThat(device.state.errorCount()).isEqualTo(errors.size());
            assertThat(device.state.lastSeq()).isEqualTo(made.size());
            Position applied = device.state.appliedPosition();
            for (long seq : made.keySet()) {
                long at = relay.acceptedAt(seq);
                boolean unconfirmed = pending.contains(seq) || errors.contains(seq);
                boolean confirmed = at > 0 && at <= applied.sequence();
                assertThat(pending.contains(seq) && errors.contains(seq))
                        .as("two places of commit %s", seq)
                        .isFalse();
                if (dropped.contains(seq)) {
                    assertThat(unconfirmed).as("dropped commit %s", seq).isFalse();
                } else {
                    assertThat(unconfirmed || confirmed).as("commit %s", seq).isTrue();
                }
            }
            Set<Long> unconfirmed = new HashSet<>(pending);
            unconfirmed.addAll(errors);
            for (RecordKey key : KEYS) {
                Record base = device.base(key);
                if (!applied.equals(Position.START)) {
                    checkBase(key, base, applied.sequence(), unconfirmed);
                } else {
                    kept.put(key, base);
                }
                assertThat(device.state.view(key)).as("view of %s", key).isEqualTo(view(key, base, unconfirmed));
            }
        }

        private void checkBase(RecordKey key, Record base, long applied, Set<Long> unconfirmed) {
            boolean touched = made.values().stream()
                    .filter(commit -> unconfirmed.contains(commit.seq()))
                    .flatMap(commit -> commit.deltas().stream())
                    .anyMatch(delta -> delta.key().equals(key));
            if (relay.isInScope(key, applied)) {
                assertThat(base).isEqualTo(relay.state(key, applied));
                kept.put(key, base);
            } else if (touched) {
                assertThat(base).isEqualTo(kept.getOrDefault(key, Record.empty(key)));
            } else {
                assertThat(base.isEmpty()).isTrue();
                kept.remove(key);
            }
        }

        /** All is well again: nothing more is rejected but what changes a record that nobody has created. */
        void drain() {
            do {
                device.state.errors().list(Integer.MAX_VALUE).forEach(error -> discard(error.seq()));
                upload(0);
                device.state.judge(relay.verdicts(device.state.firstUnjudgedSeq(), relay.nextSeq()));
                check();
            } while (device.state.errorCount() > 0);
            device.state.receive(relay.page(device.since(), device.progress(), relay.head()));
            check();
        }

        void checkDrained() {
            assertThat(device.state.pendingCount()).isZero();
            for (Family family : List.of(BASE, BY_RECORD, STAGED)) {
                try (Scan scan = device.storage.scan(family, new byte[0], null)) {
                    assertThat(scan.next()).as(family.name()).isFalse();
                }
            }
            assertThat(ReplicaMeta.left(device.storage)).isEmpty();
            for (RecordKey key : KEYS) {
                assertThat(device.state.view(key).encode())
                        .isEqualTo(relay.visible(key, relay.head()).encode());
            }
            Map<RecordKey, Set<Dot>> dots = new HashMap<>();
            made.values().stream()
                    .flatMap(commit -> commit.deltas().stream())
                    .forEach(delta -> delta.fields().stream()
                            .flatMap(field -> field.entries().stream())
                            .forEach(entry -> assertThat(dots.computeIfAbsent(delta.key(), absent -> new HashSet<>())
                                            .add(entry.dot()))
                                    .as("dot %s of %s used once", entry.dot(), delta.key())
                                    .isTrue()));
        }

        private Record view(RecordKey key, Record base, Set<Long> unconfirmed) {
            Record view = base;
            boolean known = !base.isEmpty();
            for (Commit commit : made.values()) {
                for (Record delta : commit.deltas()) {
                    if (unconfirmed.contains(commit.seq()) && delta.key().equals(key)) {
                        view = view.join(delta);
                        known |= delta.creates();
                    }
                }
            }
            return known ? view : Record.empty(key);
        }

        private void save() {
            CommitGroup group = device.state.newGroup();
            for (int saves = random.nextInt(3); saves >= 0; saves--) {
                group.add(builder -> {
                    for (int records = random.nextInt(3); records >= 0; records--) {
                        change(builder.edit(key()));
                    }
                });
            }
            group.write();
            remember();
        }

        private void remember() {
            for (long seq = made.size() + 1L; seq <= device.state.lastSeq(); seq++) {
                made.put(seq, device.pending(seq));
            }
        }

        private void upload(int percentRejected) {
            SignedCommits batch = device.state.batchFrom(relay.nextSeq());
            if (batch == null) {
                return;
            }
            for (byte[] body : batch.bodies()) {
                Commit commit = Commit.decode(body);
                if (random.nextInt(100) < percentRejected) {
                    relay.reject(commit);
                } else {
                    relay.accept(commit);
                }
            }
        }

        private void judge() {
            long first = Math.max(1, device.state.firstUnjudgedSeq() - random.nextInt(4));
            long end = first + random.nextInt((int) (relay.nextSeq() - first) + 1);
            device.state.judge(relay.verdicts(first, end));
        }

        private void download() {
            boolean again = random.nextInt(4) == 0;
            // From the cursor, or from a place that is consistent and passed.
            long since = Math.max(0, device.since() - (again ? random.nextInt(3) : 0));
            long from = again ? since : device.progress();
            long to = from + random.nextInt((int) (relay.head() - from) + 1);
            Page page =
                    random.nextBoolean() ? relay.page(since, from, relay.head()) : relay.partialPage(since, from, to);
            sent.add(page);
            receive(page);
        }

        private void receive(Page page) {
            if (random.nextInt(100) < percentStaged) {
                String seen = seen();
                device.state.stage(page);
                assertThat(seen()).isEqualTo(seen);
            } else {
                // What it applies first is seen, if only for a moment.
                apply();
                check();
                device.state.receive(page);
            }
        }

        private String seen() {
            StringBuilder seen = new StringBuilder();
            KEYS.forEach(key -> seen.append(device.base(key)).append(device.state.view(key)));
            return seen.toString();
        }

        private void apply() {
            long ready = device.state.waiting().position().sequence();
            boolean isReady = device.state.waiting().isReady();
            device.state.applyStaged();
            assertThat(device.state.waiting()).isEqualTo(Waiting.NONE);
            if (isReady) {
                assertThat(device.state.appliedPosition().sequence()).isEqualTo(ready);
            }
        }

        private void repeat() {
            if (!sent.isEmpty()) {
                Page page = sent.get(random.nextInt(sent.size()));
                if (page.getPosition().getSequence() <= device.progress()) {
                    receive(page);
                }
            }
        }

        private void resolve() {
            List<SyncError> errors = device.state.errors().list(Integer.MAX_VALUE);
            if (errors.isEmpty()) {
                return;
            }
            long seq = errors.get(random.nextInt(errors.size())).seq();
            if (random.nextBoolean()) {
                discard(seq);
            } else {
                Set<String> without = random.nextInt(4) == 0 ? Set.of("a") : Set.of();
                long retried = device.state
                        .errors()
                        .retry(
                                seq,
                                without,
                                random.nextInt(3) == 0 ? builder -> change(builder.edit(key())) : builder -> {});
                if (retried > 0) {
                    assertThat(retried).isEqualTo(made.size() + 1L);
                    dropped.add(seq);
                    remember();
                }
            }
            // An error may supersede more now.
            device.state.errors().list(Integer.MAX_VALUE).forEach(error -> made.put(error.seq(), error.commit()));
        }

        /** The relay accepts one of the commits it has rejected, and says so now or later. */
        private void revise() {
            List<SyncError> errors = device.state.errors().list(Integer.MAX_VALUE);
            if (!errors.isEmpty()) {
                SyncError error = errors.get(random.nextInt(errors.size()));
                boolean known = error.commit().deltas().stream()
                        .allMatch(delta -> delta.creates()
                                || !relay.state(delta.key(), relay.head()).isEmpty());
                if (known && relay.acceptedAt(error.seq()) == 0) {
                    relay.acceptAfterAll(error.commit());
                }
            }
            long first = device.state.errors().firstSeq();
            if (first > 0 && random.nextBoolean()) {
                device.state.judge(relay.verdicts(first, Math.min(relay.nextSeq(), device.state.firstUnjudgedSeq())));
            }
        }

        private void discard(long seq) {
            assertThat(device.state.errors().discard(seq)).isTrue();
            dropped.add(seq);
        }

        private void crash() {
            device.crash(random);
            refresh = new ModelRefresh(device, relay, KEYS);
            // With the device its streams are gone, and what was under way in them.
            sent.clear();
            KEYS.forEach(key -> kept.put(key, device.base(key)));
        }

        private RecordKey key() {
            return KEYS.get(random.nextInt(KEYS.size()));
        }

        private void change(RecordEdit edit) {
            String name = List.of("a", "b").get(random.nextInt(2));
            Value value = Value.of(random.nextInt(5));
            switch (random.nextInt(12)) {
                case 0, 1, 2 -> edit.set(name, value);
                case 3 -> edit.setMulti("m", value);
                case 4, 5 -> edit.increment("c", 1 + random.nextInt(9));
                case 6, 7 -> edit.add("s", value);
                case 8 -> edit.remove("s", value);
                case 9 -> edit.clear(List.of("a", "b", "c", "m", "s").get(random.nextInt(5)));
                case 10 -> edit.delete();
                default -> edit.undelete();
            }
        }
    }
}
