package io.anabranch.relay.merge;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Takeover;
import io.anabranch.proto.Rejection;
import io.anabranch.relay.admission.Admission;
import io.anabranch.relay.admission.AdmissionLimits;
import io.anabranch.relay.admission.AdmissionRule;
import io.anabranch.relay.admission.Round;
import io.anabranch.relay.admission.VerifiedCommits;
import io.anabranch.relay.configuration.ConfigurationDesk;
import io.anabranch.relay.configuration.ConfiguredRule;
import io.anabranch.relay.configuration.RelayReplica;
import io.anabranch.relay.declaration.Declaration;
import io.anabranch.relay.declaration.DeclarationPlan;
import io.anabranch.relay.store.KeyValueRelayStore;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.StoredRecord;
import io.anabranch.relay.store.VerdictRun;
import io.anabranch.relay.testkit.CommitMaker;
import io.anabranch.replica.schema.Configuration;
import io.anabranch.replica.storage.MemoryStorage;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;

/** A relay's store in memory with accounts, and calls that refer to them in fields of three kinds. */
final class MergeWorld {

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochMilli(CommitMaker.NOW));
    private static final String SCHEMA = """
            types:
              account:
                fields: {name: text, phone: text, urgent: {kind: flag}, owner: {kind: multi}, tags: {kind: set}, visits: {kind: counter}, parent: {type: reference, references: account}}
              call:
                fields:
                  account: {type: reference, references: account}
                  also: {type: reference, references: account, kind: set}
                  maybe: {type: reference, references: account, kind: multi}
            """;

    private final KeyValueRelayStore store =
            KeyValueRelayStore.open(new MemoryStorage(KeyValueRelayStore.FAMILIES), new Random(1));
    private final Admission admission;
    final MergeDesk desk;

    MergeWorld() {
        RelayReplica relay = RelayReplica.of(store, new SecureRandom());
        admission = new Admission(
                store,
                AdmissionLimits.DEFAULT,
                new ConfiguredRule(store, relay, AdmissionRule.ACCEPT_ALL),
                CLOCK::millis);
        Configuration none = Configuration.EMPTY;
        new ConfigurationDesk(store, relay, admission, CLOCK)
                .change(DeclarationPlan.of(Declaration.read(SCHEMA, none), none, true)
                        .edits());
        desk = new MergeDesk(store, relay, admission, CLOCK);
    }

    static RecordKey account(String id) {
        return new RecordKey("account", id);
    }

    static RecordKey call(String id) {
        return new RecordKey("call", id);
    }

    Record record(RecordKey key) {
        try (RelayView view = store.view()) {
            return view.record(key).map(StoredRecord::record).orElse(Record.empty(key));
        }
    }

    /** An edit of a record as the relay has it now. */
    Record delta(CommitMaker author, RecordKey key, UnaryOperator<RecordEdit> change) {
        return author.delta(record(key), change);
    }

    /** Why a commit is rejected. */
    Optional<Rejection> admit(VerifiedCommits commit) {
        try (Round round = admission.begin()) {
            VerdictRun.Verdict verdict = round.admit(commit).get(0).verdict();
            round.append();
            return verdict instanceof VerdictRun.Rejected rejected
                    ? Optional.of(rejected.rejection())
                    : Optional.empty();
        }
    }

    Optional<Rejection> commit(CommitMaker author, Record... deltas) {
        return admit(author.commit(deltas));
    }

    void merge(String loser, String survivor) {
        desk.merge(account(loser), account(survivor), Takeover.BY_KIND);
    }

    List<Record> calls() {
        try (RelayView view = store.view()) {
            return view.recordsOf("call", null, Integer.MAX_VALUE).stream()
                    .map(StoredRecord::record)
                    .toList();
        }
    }
}
