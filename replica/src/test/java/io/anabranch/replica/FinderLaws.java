package io.anabranch.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.replica.encryption.Keys;
import io.anabranch.replica.identity.CommitKey;
import io.anabranch.replica.query.Query;
import io.anabranch.replica.schema.UserAccount;
import io.anabranch.replica.schema.Writer;
import io.anabranch.replica.state.CommitGroup;
import io.anabranch.replica.state.IndexDeclaration;
import io.anabranch.replica.state.RecordIndexes;
import io.anabranch.replica.state.ReplicaFamilies;
import io.anabranch.replica.state.ReplicaState;
import io.anabranch.replica.storage.EncryptedStorage;
import io.anabranch.replica.storage.MemoryStorage;
import io.anabranch.replica.storage.Snapshot;
import io.anabranch.replica.storage.Storage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * With any indexes, declared, built and dropped at any time, through crashes, a query finds what a look at every record finds; its pages
 * are the whole; and the events of a watch lead from what was found before to what is found after.
 */
class FinderLaws {

    private static final IndexDeclaration N = new IndexDeclaration("call", "n");
    private static final IndexDeclaration S = new IndexDeclaration("call", "s");
    private static final List<String> QUERIES = List.of(
            "n = 1",
            "n = 1.0 AND s = 'a'",
            "n IN (1, 2, 'x')",
            "n >= 1",
            "n < 2.5 AND n > 0",
            "2 > n",
            "n BETWEEN 1 AND 2 ORDER BY s",
            "n = 'x'",
            "n > 'a'",
            "NOT n = 1",
            "s = 'b' ORDER BY n DESC LIMIT 3",
            "s = 'a' OR n = 2",
            "n IS NULL ORDER BY s LIMIT 4",
            "ORDER BY n LIMIT 3",
            "ORDER BY n DESC, s LIMIT 5",
            "ORDER BY n, s DESC LIMIT 4 OFFSET 2",
            "ORDER BY s LIMIT 2",
            "n <= 1 ORDER BY n DESC LIMIT 2",
            "n > 0 ORDER BY n LIMIT 2",
            "n > 0 AND s <> 'a' ORDER BY n, s DESC LIMIT 3",
            "n BETWEEN 1 AND 2 ORDER BY n DESC LIMIT 2",
            "s >= 'a' ORDER BY s LIMIT 2",
            "n IN (SELECT n FROM kind WHERE s = 'a')",
            "n IN (SELECT n FROM kind WHERE s = 'a') ORDER BY s LIMIT 2",
            "LIMIT 3");

    @Property(tries = 100)
    void anIndexFindsWhatALookAtEveryRecordFinds(@ForAll long seed) {
        run(seed, memory -> memory);
    }

    @Property(tries = 15)
    void anEncryptedIndexFindsTheSame(@ForAll long seed) {
        run(seed, memory -> new EncryptedStorage(memory, Keys.store(1), ReplicaFamilies.ENCRYPTED));
    }

    private static void run(long seed, Function<Storage, Storage> form) {
        Run run = new Run(new Random(seed), form);
        for (int i = 0; i < 40; i++) {
            run.step();
        }
    }

    private static final class Run {
        private final Random random;
        private final CommitKey key = CommitKey.ofSeed(new byte[CommitKey.SEED_SIZE]);
        private final Function<Storage, Storage> form;
        private MemoryStorage memory = new MemoryStorage(ReplicaFamilies.all());
        private Storage storage;
        private ReplicaState state;
        private final Map<String, Map<RecordKey, Record>> watched = new LinkedHashMap<>();
        private final List<Watch> watches = new ArrayList<>();

        Run(Random random, Function<Storage, Storage> form) {
            this.random = random;
            this.form = form;
            this.storage = form.apply(memory);
            this.state = open();
        }

        void step() {
            switch (random.nextInt(12)) {
                case 0 -> state.indexes().declare(random.nextBoolean() ? Set.of(N, S) : Set.of(N));
                case 1 -> state.indexes().declare(random.nextBoolean() ? Set.of(S) : Set.of());
                case 2, 3, 4 -> state.indexes().build();
                case 5 -> crash();
                default -> save();
            }
            String text = QUERIES.get(random.nextInt(QUERIES.size()));
            assertThat(find(text)).as(text).isEqualTo(plainly(Query.parse(text)));
            checkPages(text);
            watched.forEach((watchedText, result) -> assertThat(result.values())
                    .as("watch of %s", watchedText)
                    .containsExactlyInAnyOrderElementsOf(find(watchedText)));
        }

        private void checkPages(String text) {
            Query query = Query.parse(text);
            if (query.limit().isPresent() && query.offset() == 0) {
                List<Record> all = plainly(Query.parse(text.substring(0, text.indexOf("LIMIT"))));
                List<Record> paged = new ArrayList<>();
                FoundPage page = page(query, "");
                paged.addAll(page.records());
                while (!page.next().isEmpty()) {
                    page = page(query, page.next());
                    paged.addAll(page.records());
                }
                assertThat(paged).as("pages of %s", text).isEqualTo(all);
            }
        }

        private FoundPage page(Query query, String after) {
            try (Snapshot snapshot = storage.snapshot()) {
                return FoundPage.of(
                        finder(snapshot).find(query, after.isEmpty() ? null : FoundPage.place("call", after)), query);
            }
        }

        private List<Record> find(String text) {
            try (Snapshot snapshot = storage.snapshot()) {
                return finder(snapshot).find(Query.parse(text), null);
            }
        }

        private Finder finder(Snapshot snapshot) {
            return new Finder(
                    snapshot,
                    "call",
                    new DeviceCircumstances(snapshot, 0, new Writer(UserAccount.named("u"), Map.of())));
        }

        private List<Record> plainly(Query query) {
            List<Record> all = new ArrayList<>();
            Finder.forEach(storage, "call"::equals, all::add);
            DeviceCircumstances circumstances =
                    new DeviceCircumstances(storage, 0, new Writer(UserAccount.named("u"), Map.of()));
            return all.stream()
                    .filter(record -> query.matches(record, circumstances))
                    .sorted(query.order())
                    .skip(query.offset())
                    .limit(query.limit().orElse(Long.MAX_VALUE))
                    .toList();
        }

        private ReplicaState open() {
            ReplicaState opened = new ReplicaState(storage, 7, key::sign, () -> 1_000_000);
            opened.listen(changes -> watches.forEach(watch -> watch.changed(changes)));
            watches.clear();
            watched.clear();
            for (String text : List.of(QUERIES.get(random.nextInt(QUERIES.size())), QUERIES.get(10), QUERIES.get(19))) {
                Map<RecordKey, Record> result = new LinkedHashMap<>();
                watched.put(text, result);
                WatchedResult watchedResult = WatchedResult.of(
                        "call",
                        Query.parse(text),
                        () -> new DeviceCircumstances(storage, 0, new Writer(UserAccount.named("u"), Map.of())),
                        () -> find(text));
                Watch watch = new Watch(watchedResult, event -> apply(result, event), Runnable::run, closed -> {});
                watch.begin(watches::add);
                find(text).forEach(record -> result.put(record.key(), record));
            }
            return opened;
        }

        private static void apply(Map<RecordKey, Record> result, RecordEvent event) {
            RecordKey key = event.record().key();
            assertThat(result.containsKey(key)).isEqualTo(event.kind() != RecordEvent.Kind.ENTER);
            if (event.kind() == RecordEvent.Kind.LEAVE) {
                result.remove(key);
            } else {
                result.put(key, event.record());
            }
        }

        private void crash() {
            memory = memory.crash(random);
            storage = form.apply(memory);
            state = open();
            assertThat(RecordIndexes.find(storage, new IndexDeclaration("call", "other")))
                    .isEmpty();
        }

        private void save() {
            CommitGroup group = state.newGroup();
            group.add(builder -> IntStream.rangeClosed(0, random.nextInt(3)).forEach(i -> {
                String type = random.nextInt(5) == 0 ? "kind" : "call";
                change(builder.edit(new RecordKey(type, "r" + random.nextInt(9))));
            }));
            group.write();
        }

        private void change(RecordEdit edit) {
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> edit.set("n", number());
                case 3 -> edit.setMulti("n", number());
                case 4 -> edit.add("s", Value.of(random.nextBoolean() ? "a" : "b"));
                case 5 -> edit.set("s", Value.of(List.of("a", "b", "c", "a\0").get(random.nextInt(4))));
                case 6 -> edit.clear("n");
                default -> edit.delete();
            }
        }

        private Value number() {
            return switch (random.nextInt(5)) {
                case 0 -> Value.of(random.nextInt(4));
                case 1 -> Value.of((double) random.nextInt(4));
                case 2 -> Value.of(random.nextInt(8) / 2.0);
                case 3 -> Value.of("x");
                default -> Value.of(random.nextBoolean());
            };
        }
    }
}
