package io.anabranch.relay.merge;

import static io.anabranch.relay.merge.MergeWorld.account;
import static io.anabranch.relay.merge.MergeWorld.call;
import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.relay.admission.VerifiedCommits;
import io.anabranch.relay.testkit.CommitMaker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Devices edit, refer and sync in whatever order while records are merged; what is to come of it is said by a model that knows sets, sums
 * and names, and nothing of dots.
 */
final class MergeLaws {

    private static final int DEVICES = 3;
    private static final int ACCOUNTS = 4;

    private enum Action {
        ADD,
        REMOVE,
        INCREMENT,
        REFER,
        UPLOAD,
        REFRESH,
        MERGE
    }

    private record Step(int device, Action action, int first, int second) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Integer> accounts = Arbitraries.integers().between(0, ACCOUNTS - 1);
        return Combinators.combine(
                        Arbitraries.integers().between(0, DEVICES - 1),
                        Arbitraries.of(Action.class),
                        accounts,
                        accounts)
                .as(Step::new)
                .list()
                .ofMaxSize(60);
    }

    /** Also with what is sent twice. */
    @Property(tries = 400)
    void nothingRefersToWhatIsGoneAndNothingSentLateIsLost(@ForAll("steps") List<Step> steps) {
        Run run = new Run();
        steps.forEach(run::take);
        run.end();
    }

    /** What is to be true of the accounts. */
    private static final class Model {

        private final Map<String, Set<String>> tags = new TreeMap<>();
        private final Map<String, Long> visits = new TreeMap<>();
        private final Map<String, String> mergedInto = new HashMap<>();
        private final Map<RecordKey, String> refers = new HashMap<>();
        private final Map<RecordKey, Set<String>> alsoRefers = new HashMap<>();

        String now(String id) {
            String at = id;
            while (mergedInto.containsKey(at)) {
                at = mergedInto.get(at);
            }
            return at;
        }

        /** The tags of what an account is now. */
        Set<String> tags(String id) {
            return tags.computeIfAbsent(now(id), absent -> new TreeSet<>());
        }

        Set<String> alsoRefers(RecordKey key) {
            return alsoRefers.computeIfAbsent(key, absent -> new TreeSet<>());
        }

        void merge(String loser, String survivor) {
            mergedInto.put(loser, survivor);
            Set<String> more = tags.remove(loser);
            tags(survivor).addAll(more == null ? Set.of() : more);
            Long sum = visits.remove(loser);
            visits.merge(survivor, sum == null ? 0 : sum, Long::sum);
        }
    }

    private record Pending(VerifiedCommits commit, Runnable effect) {}

    private static final class Device {

        private final CommitMaker maker;
        private final Map<RecordKey, Record> views = new HashMap<>();
        private final Deque<Pending> pending = new ArrayDeque<>();

        Device(long replica) {
            this.maker = new CommitMaker(replica);
        }
    }

    private static final class Run {

        private final MergeWorld world = new MergeWorld();
        private final Model model = new Model();
        private final List<Device> devices = new ArrayList<>();
        private int next;

        Run() {
            for (int i = 0; i < DEVICES; i++) {
                devices.add(new Device(10 + i));
            }
            Device first = devices.get(0);
            for (int i = 0; i < ACCOUNTS; i++) {
                String id = "a" + i;
                edit(first, account(id), RecordEdit::create, () -> model.tags(id));
            }
            upload(first);
            devices.forEach(this::refresh);
        }

        void take(Step step) {
            Device device = devices.get(step.device);
            String id = "a" + step.first;
            switch (step.action) {
                case ADD -> add(device, id);
                case REMOVE -> remove(device, id);
                case INCREMENT ->
                    edit(
                            device,
                            account(id),
                            edit -> edit.increment("visits", step.second + 1),
                            () -> model.visits.merge(model.now(id), step.second + 1L, Long::sum));
                case REFER -> refer(device, step, id);
                case UPLOAD -> upload(device);
                case REFRESH -> refresh(device);
                case MERGE -> merge(id, "a" + step.second);
            }
        }

        private void add(Device device, String id) {
            String tag = "t" + next++;
            edit(
                    device,
                    account(id),
                    edit -> edit.add("tags", Value.of(tag)),
                    () -> model.tags(id).add(tag));
        }

        /** The first tag that the device sees. */
        private void remove(Device device, String id) {
            view(device, account(id)).elements("tags").stream()
                    .findFirst()
                    .ifPresent(tag -> edit(
                            device,
                            account(id),
                            edit -> edit.remove("tags", tag),
                            () -> model.tags(id).remove(tag.toString())));
        }

        /** Each device has a call of its own, so the last reference that it sent is the one that counts. */
        private void refer(Device device, Step step, String id) {
            RecordKey key = call("c" + step.device);
            edit(device, key, edit -> edit.set("account", Value.of(id)).add("also", Value.of(id)), () -> {
                model.refers.put(key, id);
                model.alsoRefers(key).add(id);
            });
        }

        private static Record view(Device device, RecordKey key) {
            return device.views.getOrDefault(key, Record.empty(key));
        }

        private static void edit(Device device, RecordKey key, UnaryOperator<RecordEdit> change, Runnable effect) {
            Record view = view(device, key);
            if (!view.alive() && !view.isEmpty()) {
                return; // Nobody edits what they see deleted.
            }
            Record delta = device.maker.delta(view, change);
            device.views.put(key, view.join(delta));
            device.pending.add(new Pending(device.maker.commit(delta), effect));
        }

        private void upload(Device device) {
            while (!device.pending.isEmpty()) {
                Pending sent = device.pending.remove();
                assertThat(world.admit(sent.commit)).isEmpty();
                assertThat(world.admit(sent.commit)).isEmpty();
                sent.effect.run();
            }
        }

        /** What was not sent stays on top. */
        private void refresh(Device device) {
            upload(device);
            for (int i = 0; i < ACCOUNTS; i++) {
                device.views.put(account("a" + i), world.record(account("a" + i)));
            }
            world.calls().forEach(call -> device.views.put(call.key(), call));
        }

        private void merge(String loser, String survivor) {
            boolean isPossible = !loser.equals(survivor)
                    && model.now(loser).equals(loser)
                    && model.now(survivor).equals(survivor);
            if (isPossible) {
                world.merge(loser, survivor);
                model.merge(loser, survivor);
            }
        }

        void end() {
            devices.forEach(this::upload);
            for (int i = 0; i < ACCOUNTS; i++) {
                String id = "a" + i;
                Record record = world.record(account(id));
                assertThat(record.alive()).isEqualTo(model.now(id).equals(id));
                if (record.alive()) {
                    assertThat(record.elements("tags").stream()
                                    .map(Value::toString)
                                    .collect(Collectors.toSet()))
                            .isEqualTo(model.tags(id));
                    assertThat(record.count("visits")).isEqualTo(model.visits.getOrDefault(id, 0L));
                }
            }
            model.refers.forEach((key, id) -> {
                assertThat(world.record(key).value("account")).contains(Value.of(model.now(id)));
                // Also what was written at the same time and is not shown.
                assertThat(world.record(key).values("account"))
                        .allMatch(shown -> model.now(shown.toString()).equals(shown.toString()));
                assertThat(world.record(key).elements("also"))
                        .isEqualTo(model.alsoRefers(key).stream()
                                .map(model::now)
                                .map(Value::of)
                                .collect(Collectors.toSet()));
            });
        }
    }
}
