package io.anabranch.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.replica.LiveConnection;
import io.anabranch.replica.Replica;
import io.anabranch.replica.SyncWay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two copies of one store at work side by side, and a store that was set back. */
@Timeout(120)
class CopiedStoreIT {

    @TempDir
    private Path directory;

    private CliOffice office;

    @BeforeEach
    void start() {
        office = new CliOffice(directory);
        office.enrol("ann");
        office.device("ann", "put", "call/shared", "title=confirmed", "place=here");
        office.device("ann", "sync");
    }

    @AfterEach
    void stop() {
        office.close();
    }

    private void copy(String from, String to) throws IOException {
        Path source = office.data(from);
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.toList()) {
                Files.copy(file, office.data(to).resolve(source.relativize(file).toString()));
            }
        }
    }

    private String id(String name) {
        return office.objects(name, "status", "--json").get(0).getString("replica");
    }

    private void converge(String... names) {
        for (int round = 0; round < 2; round++) {
            for (String name : names) {
                office.device(name, "sync");
            }
        }
        Set<String> dumps = new HashSet<>();
        for (String name : names) {
            dumps.add(office.device(name, "dump"));
            assertThat(office.objects(name, "status", "--json").get(0).getInteger("pending"))
                    .isZero();
            assertThat(office.objects(name, "status", "--json").get(0).getInteger("errors"))
                    .isZero();
        }
        assertThat(dumps).hasSize(1);
    }

    @Test
    void bothCopiesGoOnAndNothingOfEitherIsLost() throws Exception {
        office.device("ann", "put", "call/before", "title=pending when it was copied");
        copy("ann", "copy");
        office.device("ann", "put", "call/shared", "title=of the original");
        office.device("copy", "put", "call/shared", "place=of the copy");
        office.device("copy", "put", "call/shared", "place=of the copy, later");
        office.device("copy", "add", "call/shared", "topics", "pricing");
        office.device("ann", "put", "call/a", "title=one");
        office.device("copy", "put", "call/c", "title=two");
        office.device("copy", "delete", "call/c");
        office.device("copy", "put", "call/d", "title=three");
        String original = id("ann");
        converge("ann", "copy");
        assertThat(id("ann")).isEqualTo(original);
        assertThat(id("copy")).isNotEqualTo(original);
        String dump = office.device("ann", "dump");
        assertThat(dump)
                .contains(
                        "of the original",
                        "of the copy, later",
                        "pricing",
                        "one",
                        "three",
                        "pending when it was copied")
                .doesNotContain("two");
        assertThat(office.relay("device", "list")).contains(original, id("copy"));
        office.device("copy", "put", "call/d", "title=goes on");
        office.device("ann", "put", "call/a", "title=goes on too");
        converge("copy", "ann");
    }

    @Test
    void aStoreThatWasSetBackGoesOnAsAnotherReplica() throws Exception {
        copy("ann", "old");
        office.device("ann", "put", "call/a", "title=after the copy");
        office.device("ann", "sync");
        office.device("old", "put", "call/b", "title=by the old one");
        converge("old", "ann");
        assertThat(id("old")).isNotEqualTo(id("ann"));
        assertThat(office.device("ann", "dump")).contains("after the copy", "by the old one");
    }

    @Test
    void copiesThatAreBothLiveAreToldApart() throws Exception {
        copy("ann", "copy");
        try (Replica ann = office.open("ann");
                Replica copy = office.open("copy");
                LiveConnection one = ann.live();
                LiveConnection other = copy.live()) {
            assertThat(one).isNotSameAs(other);
            for (int i = 0; i < 20; i++) {
                int number = i;
                ann.commit(tx -> tx.record("call", "ann-" + number).set("title", "of the original"));
                copy.commit(tx -> tx.record("call", "copy-" + number).set("title", "of the copy"));
            }
            for (Replica replica : List.of(ann, copy, ann, copy)) {
                replica.sync(SyncWay.INCREMENTAL);
            }
            assertThat(ann.find("call", "title IS NOT NULL")).hasSize(41);
            assertThat(copy.find("call", "title IS NOT NULL")).isEqualTo(ann.find("call", "title IS NOT NULL"));
            assertThat(copy.status().replica()).isNotEqualTo(ann.status().replica());
        }
    }
}
