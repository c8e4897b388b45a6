package io.anabranch.relay.scope.clause;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.replica.query.Condition;
import io.anabranch.replica.query.Relation;
import io.anabranch.replica.query.Truth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What is kept up to date change by change is what each user's condition says of all records. */
class PropagationLaws {

    private static final int CHANGES = 40;

    @Property(tries = 1_500, edgeCases = EdgeCasesMode.NONE)
    void keysFollowEveryChange(@ForAll long seed) {
        RandomScene scene = new RandomScene(seed);
        Kept kept = new Kept(scene);
        for (int change = 0; change < CHANGES; change++) {
            switch (scene.number(5)) {
                case 0 -> kept.timePasses(scene.number(200));
                case 1 -> kept.timePassesUnnoticed(scene.number(200), 1 + scene.number(3));
                default -> kept.commit();
            }
            for (Rule rule : kept.rules) {
                for (User user : kept.users) {
                    assertThat(kept.seen(rule, user))
                            .as("seed %s change %s: %s %s for %s", seed, change, rule.type, rule.condition, user)
                            .isEqualTo(kept.oracle(rule, user));
                }
            }
        }
    }

    private record Rule(String type, Condition condition, List<Alternative> alternatives) {}

    private record User(String name, Map<String, List<Value>> attributes) {}

    private static final class Kept {

        private final RandomScene scene;
        private final List<Rule> rules = new ArrayList<>();
        private final List<User> users = new ArrayList<>();
        private final Dependencies dependencies;
        private final List<Conjunct> clauses;
        private final Map<RecordKey, Map<Conjunct, Set<List<Value>>>> keys = new HashMap<>();
        private final Map<RecordKey, Long> timers = new TreeMap<>();
        private MapWorld world = new MapWorld(Map.of(), RandomScene.START_MILLIS);

        Kept(RandomScene scene) {
            this.scene = scene;
            for (int i = 0; i < 3; i++) {
                users.add(new User("u" + i, scene.attributes("u" + i)));
            }
            Set<Conjunct> bound = new LinkedHashSet<>();
            while (rules.size() < 3) {
                addRule(RandomScene.TYPES.get(scene.number(3)), bound);
            }
            clauses = List.copyOf(bound);
            dependencies = new Dependencies(clauses);
        }

        private void addRule(String type, Set<Conjunct> bound) {
            Condition condition = scene.condition(3);
            while (rules.isEmpty() && !asksOthersForTheTime(condition)) {
                condition = scene.condition(3);
            }
            try {
                Rule rule = new Rule(type, condition, ClauseCompiler.compile(type, condition));
                rules.add(rule);
                for (Alternative alternative : rule.alternatives) {
                    users.forEach(user -> bound.add(bound(alternative, user)));
                }
            } catch (ClauseException e) {
                // It has too many alternatives.
            }
        }

        private static boolean asksOthersForTheTime(Condition condition) {
            return Anatomy.selections(condition).stream()
                    .anyMatch(among ->
                            Anatomy.dependsOnTimeSomewhere(among.selection().where()));
        }

        private static Conjunct bound(Alternative alternative, User user) {
            return alternative.conjunct().bound(parameter -> user.attributes.getOrDefault(parameter.name(), List.of()));
        }

        void commit() {
            Map<RecordKey, Record> records = new TreeMap<>(world.records());
            Set<RecordKey> touched = new HashSet<>();
            for (int left = 1 + scene.number(3); left > 0; left--) {
                RecordKey key = scene.key();
                records.put(key, scene.changed(RandomScene.known(records.get(key), key)));
                touched.add(key);
            }
            MapWorld before = world;
            world = new MapWorld(records, before.nowMillis());
            touched.removeIf(
                    key -> !dependencies.concerns(before.records().get(key), Objects.requireNonNull(records.get(key))));
            Propagation propagation = new Propagation(dependencies, new KeyFinder(before), new KeyFinder(world));
            boolean isLate = timers.values().stream().anyMatch(at -> at <= world.nowMillis());
            Set<RecordKey> concerned = isLate ? propagation.changedBeforeFlips(touched) : propagation.changed(touched);
            concerned.addAll(touched);
            evaluate(concerned);
        }

        /** Commits come before the timers that are due. */
        void timePassesUnnoticed(int millis, int commits) {
            world = new MapWorld(world.records(), world.nowMillis() + millis);
            for (int left = commits; left > 0; left--) {
                commit();
            }
            timePasses(0);
        }

        void timePasses(int millis) {
            long end = world.nowMillis() + millis;
            while (true) {
                Set<RecordKey> due = new HashSet<>();
                timers.forEach((key, at) -> {
                    if (at <= end) {
                        due.add(key);
                    }
                });
                world = new MapWorld(world.records(), end);
                if (due.isEmpty()) {
                    return;
                }
                timers.keySet().removeAll(due);
                KeyFinder now = new KeyFinder(world);
                Set<RecordKey> concerned = new Propagation(dependencies, now, now).flipped(due);
                concerned.addAll(due);
                evaluate(concerned);
            }
        }

        private void evaluate(Set<RecordKey> concerned) {
            KeyFinder finder = new KeyFinder(world);
            for (RecordKey key : concerned) {
                Record record = RandomScene.known(world.records().get(key), key);
                Map<Conjunct, Set<List<Value>>> now = new HashMap<>();
                for (Conjunct clause : clauses) {
                    if (clause.type().equals(key.type())) {
                        now.put(clause, finder.keys(clause, record));
                    }
                }
                keys.put(key, now);
                dependencies.nextFlip(record, world).ifPresent(at -> timers.merge(key, at, Math::min));
            }
        }

        Set<RecordKey> seen(Rule rule, User user) {
            Set<RecordKey> seen = new LinkedHashSet<>();
            for (Alternative alternative : rule.alternatives) {
                boolean guarded = alternative.guards().stream()
                        .allMatch(guard ->
                                guard.of(Record.empty(new RecordKey("x", "x")), world.plainlyFor(user.attributes))
                                        == Truth.TRUE);
                if (guarded) {
                    Conjunct clause = bound(alternative, user);
                    keys.forEach((key, found) -> {
                        if (found.getOrDefault(clause, Set.of()).stream()
                                .anyMatch(values -> isWanted(alternative, values, user))) {
                            seen.add(key);
                        }
                    });
                }
            }
            return seen;
        }

        private static boolean isWanted(Alternative alternative, List<Value> key, User user) {
            for (int i = 0; i < key.size(); i++) {
                List<Value> wanted = user.attributes.getOrDefault(
                        alternative.parameters().get(i).name(), List.of());
                Value value = key.get(i);
                if (wanted.stream().noneMatch(each -> Relation.key(each).equals(value))) {
                    return false;
                }
            }
            return true;
        }

        Set<RecordKey> oracle(Rule rule, User user) {
            Set<RecordKey> seen = new LinkedHashSet<>();
            world.records().forEach((key, record) -> {
                if (key.type().equals(rule.type)
                        && rule.condition.of(record, world.plainlyFor(user.attributes)) == Truth.TRUE) {
                    seen.add(key);
                }
            });
            return seen;
        }
    }
}
