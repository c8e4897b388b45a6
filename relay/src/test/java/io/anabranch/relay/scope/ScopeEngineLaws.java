package io.anabranch.relay.scope;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.relay.admission.Admission;
import io.anabranch.relay.admission.AdmissionLimits;
import io.anabranch.relay.admission.AdmissionRule;
import io.anabranch.relay.admission.Round;
import io.anabranch.relay.scope.clause.RandomScene;
import io.anabranch.relay.store.KeyValueRelayStore;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.StoredRecord;
import io.anabranch.relay.testkit.CommitMaker;
import io.anabranch.replica.schema.AttachmentPolicy;
import io.anabranch.replica.schema.Configuration;
import io.anabranch.replica.schema.ConfigurationRecord;
import io.anabranch.replica.schema.ConfigurationType;
import io.anabranch.replica.schema.FieldAccess;
import io.anabranch.replica.schema.Profile;
import io.anabranch.replica.schema.ScopeRule;
import io.anabranch.replica.schema.ScopeRule.Kind;
import io.anabranch.replica.schema.TypeAccess;
import io.anabranch.replica.schema.UserAccount;
import io.anabranch.replica.storage.MemoryStorage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever is changed, and whenever the relay is started again: once all is built, everyone has what the rules say. */
class ScopeEngineLaws {

    private static final int STEPS = 30;
    private static final List<String> USERS = List.of("ann", "bob", "eve");

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void everyoneHasWhatTheRulesSay(@ForAll long seed) {
        Relay relay = new Relay(seed);
        for (int step = 0; step < STEPS; step++) {
            relay.step();
            if (relay.scene.number(3) == 0) {
                relay.settle();
                relay.check("seed " + seed + " step " + step);
            }
        }
    }

    /** A record that others depend on leaves its time window, and before that is noticed its reference is changed. */
    @Example
    void aWayThatIsCutBeforeItsTimerIsFollowed() {
        everyoneHasWhatTheRulesSay(-1_572_125);
    }

    private static final class Relay {

        private final RandomScene scene;
        private final RelayStore store;
        private final CommitMaker maker = new CommitMaker(7);
        private long nowMillis = RandomScene.START_MILLIS;
        private Admission admission;

        Relay(long seed) {
            scene = new RandomScene(seed);
            store = KeyValueRelayStore.open(new MemoryStorage(KeyValueRelayStore.FAMILIES), new Random(seed));
            admission = admission();
            USERS.forEach(this::user);
        }

        private Admission admission() {
            return new Admission(store, AdmissionLimits.DEFAULT, AdmissionRule.ACCEPT_ALL, () -> nowMillis);
        }

        void step() {
            switch (scene.number(12)) {
                case 0 -> rule();
                case 1 -> user(scene.pick(USERS));
                case 2 -> profile();
                case 3 -> nowMillis += scene.number(600);
                case 4 -> admission = admission();
                case 5 -> maintain();
                default -> data();
            }
        }

        private void data() {
            try (Round round = admission.begin()) {
                for (int commits = 1 + scene.number(3); commits > 0; commits--) {
                    Map<RecordKey, Record> deltas = new LinkedHashMap<>();
                    for (int left = 1 + scene.number(3); left > 0; left--) {
                        RecordKey key = scene.key();
                        Record now = known.getOrDefault(key, Record.empty(key));
                        if (!deltas.containsKey(key)) {
                            deltas.put(key, maker.delta(now, edit -> scene.edit(edit, now)));
                        }
                    }
                    deltas.forEach((key, delta) -> known.merge(key, delta, Record::join));
                    round.admit(maker.commit(deltas.values().toArray(Record[]::new)));
                }
                round.append();
            }
        }

        private final Map<RecordKey, Record> known = new TreeMap<>();

        private void configure(ConfigurationRecord written) {
            Record now = known.getOrDefault(written.key(), Record.empty(written.key()));
            Record delta = maker.delta(now, edit -> {
                edit.create();
                now.fields().forEach(field -> {
                    if (!field.name().name().isEmpty()
                            && !written.registers().containsKey(field.name().name())) {
                        edit.clear(field.name().name());
                    }
                });
                written.registers().forEach((name, text) -> edit.set(name, Value.of(text)));
                return edit;
            });
            commit(delta);
        }

        private void commit(Record delta) {
            known.merge(delta.key(), delta, Record::join);
            try (Round round = admission.begin()) {
                round.admit(maker.commit(delta));
                round.append();
            }
        }

        private void rule() {
            String name = "r" + scene.number(4);
            Record before = known.get(ConfigurationType.RULE.key(name));
            if (before != null && before.alive() && scene.number(4) == 0) {
                commit(maker.delta(before, edit -> edit.delete()));
                return;
            }
            Kind kind = scene.pick(List.of(Kind.TOP, Kind.TOP, Kind.FULL, Kind.RELATED, Kind.CHILD_AND_PARENT));
            boolean hasParent = kind == Kind.RELATED || kind == Kind.CHILD_AND_PARENT;
            configure(ConfigurationRecord.of(new ScopeRule(
                    name,
                    scene.pick(RandomScene.TYPES),
                    kind,
                    scene.condition(scene.number(3)).text(),
                    hasParent ? scene.pick(List.of("account", "call")) : "",
                    scene.number(8) == 0 ? Set.of("tablet") : Set.of(),
                    scene.number(3) == 0 ? Set.of("p" + scene.number(2)) : Set.of(),
                    scene.number(3) == 0 ? List.of("territory", "status") : List.of(),
                    scene.number(10) == 0,
                    AttachmentPolicy.WITH_RECORD,
                    scene.number(8) > 0)));
        }

        private void user(String name) {
            String profile = scene.pick(List.of("", "p0", "p1"));
            configure(ConfigurationRecord.of(
                    new UserAccount(name, profile, scene.number(15) > 0, scene.attributes(name))));
        }

        private void profile() {
            Map<String, TypeAccess> types = new LinkedHashMap<>();
            for (String type : RandomScene.TYPES) {
                if (scene.number(3) > 0) {
                    String rows = scene.number(2) == 0 ? "" : scene.condition(1).text();
                    Map<String, FieldAccess> fields =
                            scene.number(2) == 0 ? Map.of() : Map.of("territory", FieldAccess.NONE);
                    types.put(type, new TypeAccess(true, scene.number(8) > 0, true, true, rows, fields));
                }
            }
            configure(ConfigurationRecord.of(new Profile("p" + scene.number(2), scene.number(10) == 0, types)));
        }

        private void maintain() {
            admission.perform(round -> {
                round.maintain();
                return round;
            });
        }

        void settle() {
            for (int slots = 0; isWorkDue(); slots++) {
                assertThat(slots).as("slots").isLessThan(200);
                maintain();
            }
        }

        private boolean isWorkDue() {
            try (RelayView view = store.view()) {
                return admission.scopes().isWorkDue(view);
            }
        }

        void check(String when) {
            Configuration configuration = Configuration.of(known.values().stream()
                    .filter(record -> ConfigurationType.isReserved(record.key().type()))
                    .toList());
            List<Record> data = known.values().stream()
                    .filter(record -> !ConfigurationType.isReserved(record.key().type()))
                    .toList();
            Set<String> broken = admission.scopes().problems().stream()
                    .map(ScopeProblem::rule)
                    .collect(Collectors.toSet());
            ScopeOracle oracle = new ScopeOracle(configuration, data, nowMillis, broken);
            for (String user : USERS) {
                assertThat(seen(user))
                        .as("%s: %s by %s", when, user, configuration)
                        .isEqualTo(oracle.of(user));
            }
        }

        private Map<RecordKey, Columns> seen(String user) {
            ScopeSet set = admission.scopes().current(new Scopes.Reader(1, user));
            Map<RecordKey, Columns> seen = new TreeMap<>();
            for (StoredRecord stored : stored()) {
                Columns columns = Columns.NONE;
                for (long bucket : stored.memberships().buckets()) {
                    columns = columns.and(set.columns(bucket));
                }
                if (columns.any() && !ConfigurationType.isReserved(stored.key().type())) {
                    seen.put(stored.key(), columns);
                }
            }
            return seen;
        }

        private List<StoredRecord> stored() {
            try (RelayView view = store.view()) {
                return new ArrayList<>(view.recordsAfter(null, 10_000));
            }
        }
    }
}
