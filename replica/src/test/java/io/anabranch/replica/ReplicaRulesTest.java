package io.anabranch.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.proto.RejectionCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicaRulesTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private Replica replica;

    @BeforeEach
    void open() {
        replica = Replica.open(directory);
        // Configuration comes from the relay; here it is written as no device may.
        replica.commit(tx -> tx.unchecked()
                .record("$type", "call")
                .set("field.subject", "{\"kind\":\"register\",\"type\":\"text\",\"required\":true}")
                .set("field.status", "{\"type\":\"text\",\"default\":\"planned\"}")
                .set("field.account", "{\"type\":\"reference\",\"references\":\"account\"}")
                .set("life", "deleteWins"));
    }

    @AfterEach
    void close() {
        replica.close();
    }

    @Test
    void aSaveThatTheRelayWouldRejectIsRefusedAtOnce() {
        long before = replica.status().commits();
        assertThatExceptionOfType(CommitRefusedException.class)
                .isThrownBy(() -> replica.commit(tx -> {
                    tx.record("account", "a1").set("name", "x");
                    tx.record("call", "c1").set("account", "a1");
                }))
                .satisfies(refused -> {
                    assertThat(refused.code()).isEqualTo(RejectionCode.REQUIRED_FIELD_MISSING);
                    assertThat(refused.field()).isEqualTo("subject");
                });
        assertThat(replica.get("account", "a1")).isEmpty();
        assertThat(replica.status().commits()).isEqualTo(before);
    }

    @Test
    void theJudgementMayBeLeftToTheRelay() {
        replica.commit(tx -> tx.unchecked().record("call", "c1").set("account", "a1"));
        assertThat(replica.get("call", "c1")).isPresent();
    }

    @Test
    void configurationIsNotWritten() {
        assertThatExceptionOfType(CommitRefusedException.class)
                .isThrownBy(() -> replica.commit(tx -> tx.record("$type", "x").create()));
    }

    @Test
    void newRecordsGetTheirDefaults() {
        replica.commit(tx -> tx.record("call", "c1").set("subject", "x"));
        replica.commit(tx -> tx.record("call", "c2").set("subject", "x").set("status", "held"));
        assertThat(replica.get("call", "c1").orElseThrow().value("status")).hasValue(Value.of("planned"));
        assertThat(replica.get("call", "c2").orElseThrow().value("status")).hasValue(Value.of("held"));
    }

    @Test
    void configurationIsHiddenUnlessItIsAskedFor() {
        replica.commit(tx -> tx.record("call", "c1").set("subject", "x"));
        List<Record> records = new ArrayList<>();
        replica.forEach(records::add);
        assertThat(records).extracting(Record::key).containsExactly(new RecordKey("call", "c1"));
        records.clear();
        replica.forEachOfConfiguration(records::add);
        assertThat(records).extracting(Record::key).containsExactly(new RecordKey("$type", "call"));
        assertThat(replica.digest().records()).isEqualTo(1);
    }

    @Test
    void aReferenceToARecordThatIsNotHereIsAStub() {
        replica.commit(tx -> tx.record("call", "c1").set("subject", "x").set("account", "a1"));
        Record call = replica.get("call", "c1").orElseThrow();
        assertThat(replica.references(call).get("account"))
                .satisfies(reference -> assertThat(reference.state()).isEqualTo(Reference.State.STUB));
        replica.commit(tx -> tx.record("account", "a1").set("name", "x"));
        assertThat(replica.resolve(new RecordKey("account", "a1")).record()).isPresent();
        replica.commit(tx -> tx.record("account", "a1").delete());
        assertThat(replica.resolve(new RecordKey("account", "a1")).state()).isEqualTo(Reference.State.DELETED);
    }

    @Test
    void theRulesAreThoseOfTheConfigurationAfterAReopening() {
        replica.close();
        replica = Replica.open(directory);
        assertThat(replica.configuration().types()).containsKey("call");
        assertThatExceptionOfType(CommitRefusedException.class)
                .isThrownBy(() -> replica.commit(tx -> tx.record("call", "c1").create()));
    }
}
