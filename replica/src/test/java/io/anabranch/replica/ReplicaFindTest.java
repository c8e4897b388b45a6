package io.anabranch.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.Record;
import io.anabranch.replica.state.IndexDeclaration;
import io.anabranch.replica.storage.RocksDbOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicaFindTest {

    private static final IndexDeclaration TERRITORY = new IndexDeclaration("account", "territory");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void anIndexThatIsDeclaredLaterIsBuiltAndUsed() {
        try (Replica replica = Replica.open(directory)) {
            replica.commit(tx -> {
                for (int i = 0; i < 1_200; i++) {
                    tx.record("account", "a" + (10_000 + i)).set("territory", i % 2 == 0 ? "West" : "East");
                }
            });
            assertThat(replica.explain("account", "territory = 'West'")).isEqualTo("all records of account");
        }
        ReplicaOptions options = new ReplicaOptions(System::currentTimeMillis, RocksDbOptions.sharing());
        try (Replica replica = Replica.open(directory, options.withIndexes(Set.of(TERRITORY)))) {
            // What is built is built on the replica's thread, before it answers what is asked after.
            for (int i = 0; i < 4; i++) {
                replica.status();
            }
            assertThat(replica.explain("account", "territory = 'West'")).isEqualTo("index account.territory, 1 values");
            assertThat(replica.explain("account", "ORDER BY territory LIMIT 5"))
                    .isEqualTo("index account.territory, in order");
            assertThat(replica.find("account", "territory = 'West'")).hasSize(600);
        }
    }

    @Test
    void pagesGoOnWhereTheLastEnded() {
        try (Replica replica = Replica.open(directory)) {
            replica.commit(tx -> {
                for (int i = 0; i < 10; i++) {
                    tx.record("account", "a" + i).set("rank", i / 3);
                }
            });
            List<String> found = new ArrayList<>();
            FoundPage page = replica.findPage("account", "ORDER BY rank DESC LIMIT 4", "");
            while (!page.next().isEmpty()) {
                page.records().stream().map(Record::key).forEach(key -> found.add(key.id()));
                // What is gone meanwhile repeats nothing and leaves nothing out.
                replica.commit(tx -> tx.record("account", "a9").delete());
                page = replica.findPage("account", "ORDER BY rank DESC LIMIT 4", page.next());
            }
            page.records().stream().map(Record::key).forEach(key -> found.add(key.id()));
            assertThat(found).containsExactly("a9", "a6", "a7", "a8", "a3", "a4", "a5", "a0", "a1", "a2");
        }
    }
}
