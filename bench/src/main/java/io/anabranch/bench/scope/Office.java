package io.anabranch.bench.scope;

import io.anabranch.crdt.HybridClock;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.relay.admission.Admission;
import io.anabranch.relay.admission.AdmissionLimits;
import io.anabranch.relay.admission.AdmissionRule;
import io.anabranch.relay.admission.Author;
import io.anabranch.relay.admission.Round;
import io.anabranch.relay.admission.VerifiedCommits;
import io.anabranch.relay.configuration.ConfigurationDesk;
import io.anabranch.relay.configuration.ConfigurationEdit;
import io.anabranch.relay.configuration.ConfiguredRule;
import io.anabranch.relay.configuration.RelayReplica;
import io.anabranch.relay.store.KeyValueRelayStore;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.ReplicaHead;
import io.anabranch.relay.store.StoredRecord;
import io.anabranch.relay.store.VerdictRun;
import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.commit.CommitChain;
import io.anabranch.replica.commit.SignedCommits;
import io.anabranch.replica.identity.CommitKey;
import io.anabranch.replica.schema.ConfigurationRecord;
import io.anabranch.replica.storage.RocksDbOptions;
import io.anabranch.replica.storage.RocksDbStorage;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** A relay's store on disk with admission by its configuration, and a device that sends commits to it. */
final class Office implements AutoCloseable {

    private static final long DEVICE = 77;

    private final RelayStore store;
    private final Admission admission;
    private final ConfigurationDesk desk;
    private final CommitKey key = CommitKey.ofSeed(new byte[CommitKey.SEED_SIZE]);
    private final Author author = new Author(DEVICE, "author", key.publicKey());
    private long lastSeq;
    private byte[] link;

    Office(Path directory) {
        SecureRandom random = new SecureRandom();
        this.store = KeyValueRelayStore.open(
                RocksDbStorage.open(directory, KeyValueRelayStore.FAMILIES, RocksDbOptions.large()), random);
        RelayReplica relay = RelayReplica.of(store, random);
        ConfiguredRule rule = new ConfiguredRule(store, relay, AdmissionRule.ACCEPT_ALL);
        this.admission = new Admission(store, AdmissionLimits.DEFAULT, rule, System::currentTimeMillis);
        try (RelayView view = store.view()) {
            ReplicaHead head = view.replicaHead(DEVICE);
            this.lastSeq = head.nextSeq() - 1;
            this.link = head.link();
        }
        this.desk = new ConfigurationDesk(store, relay, admission, Clock.systemUTC());
    }

    RelayStore store() {
        return store;
    }

    Admission admission() {
        return admission;
    }

    void configure(List<ConfigurationRecord> records) {
        desk.change(records.stream().map(ConfigurationEdit::of).toList());
    }

    void remove(ConfigurationRecord record) {
        desk.change(List.of(ConfigurationEdit.removal(record.type(), record.name())));
    }

    /** Builds what rules need, until there is nothing left; how often it had to. */
    long settle() {
        long rounds = 0;
        while (maintain()) {
            rounds++;
        }
        return rounds;
    }

    /** One slot of what scopes ask for; whether there was something. */
    boolean maintain() {
        try (RelayView view = store.view()) {
            if (!admission.scopes().isWorkDue(view)) {
                return false;
            }
        }
        try (Round round = admission.begin()) {
            round.maintain();
            round.append();
        }
        return true;
    }

    /** A commit for each record, signed together: as it would come from a device. */
    SignedCommits edits(List<RecordKey> keys, BiConsumer<RecordEdit, RecordKey> change) {
        long stamp = HybridClock.stamp(System.currentTimeMillis(), 0);
        List<byte[]> bodies = new ArrayList<>();
        byte[] previous = link;
        long first = lastSeq + 1;
        try (RelayView view = store.view()) {
            List<Optional<StoredRecord>> stored = view.records(keys);
            for (int i = 0; i < keys.size(); i++) {
                Record now = stored.get(i).map(StoredRecord::record).orElse(Record.empty(keys.get(i)));
                RecordEdit edit = new RecordEdit(
                        now, null, new RecordEdit.Author(DEVICE, now.context().last(DEVICE) + 1, stamp));
                if (!now.alive()) {
                    edit.create();
                }
                change.accept(edit, keys.get(i));
                byte[] body = new Commit(DEVICE, ++lastSeq, stamp, List.of(edit.build())).encode();
                link = CommitChain.link(link, body);
                bodies.add(body);
            }
        }
        byte[] signature = key.sign(CommitChain.signedMessage(DEVICE, lastSeq, link));
        return new SignedCommits(DEVICE, first, previous, bodies, signature);
    }

    /** Admits a batch as the relay does, in a round of its own; how long it took. */
    long admitNanos(SignedCommits commits) {
        long started = System.nanoTime();
        VerifiedCommits verified = VerifiedCommits.verify(commits, author);
        List<VerdictRun> verdicts;
        try (Round round = admission.begin()) {
            round.read(List.of(verified));
            verdicts = round.admit(verified);
            round.append();
        }
        long nanos = System.nanoTime() - started;
        for (VerdictRun run : verdicts) {
            if (run.verdict() instanceof VerdictRun.Rejected rejected) {
                throw new IllegalStateException("a commit of the bench was rejected: " + rejected.rejection());
            }
        }
        return nanos;
    }

    @Override
    public void close() {
        store.close();
    }
}
