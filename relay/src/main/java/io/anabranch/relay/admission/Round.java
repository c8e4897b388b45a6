package io.anabranch.relay.admission;

import io.anabranch.crdt.Position;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.relay.store.Admitted;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.ReplicaHead;
import io.anabranch.relay.store.StoredRecord;
import io.anabranch.relay.store.VerdictRun;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Batches of commits that are judged one after another and stored together, with one sync. Later commits see earlier ones.
 *
 * <p>Nothing is visible or durable before {@link #append}, so no verdict may be sent before it returns. A round that is
 * closed instead changes nothing. Holds a view of the store, so it is for some thousand commits and not for waiting. For one
 * thread at a time.
 */
public final class Round implements AutoCloseable {

    private final RelayStore store;
    private final RelayView view;
    private final long stampMax;
    private final RoundRecords records;
    private final CommitJudge judge;
    private final StateJudge states;
    private final Recovery recovery;
    private final boolean folds;
    private final Map<Long, ReplicaRound> replicas = new LinkedHashMap<>();
    private Position head;
    private boolean over;

    Round(RelayStore store, AdmissionLimits limits, AdmissionRule rule, long stampMax) {
        this.store = store;
        this.view = store.view();
        this.stampMax = stampMax;
        this.records = new RoundRecords(view);
        this.judge = new CommitJudge(limits, rule, records);
        this.states = new StateJudge(limits);
        this.recovery = new Recovery(store);
        this.folds = !recovery.isOpen();
        this.head = view.head();
    }

    /** Reads what batches touch, all at once: a help for speed that a caller gives who has several at hand. */
    public void read(Collection<VerifiedCommits> batches) {
        requireOpen();
        List<RecordKey> keys = new ArrayList<>();
        batches.forEach(batch -> keys.addAll(batch.keys()));
        records.read(keys);
    }

    /**
     * Judges a batch. Commits that were judged before, in this round or earlier, get their old verdict.
     *
     * @return the verdicts on all its commits, in order; to be sent after {@link #append}
     * @throws RefusedBatchException if it does not go on from what is known of its replica; the round goes on without it
     */
    public List<VerdictRun> admit(VerifiedCommits commits) {
        requireOpen();
        ReplicaRound replica = replicas.computeIfAbsent(commits.author().replica(), id -> new ReplicaRound(view, id));
        long forgiven = recovery.forgivenThrough(commits.author().replica());
        replica.requireContinuedBy(commits, forgiven);
        if (replica.head().nextSeq() < commits.endSeq()) {
            records.read(commits.keys());
        }
        for (long seq = replica.head().nextSeq(); seq < commits.endSeq(); seq++) {
            CommitJudge.Leniency leniency = new CommitJudge.Leniency(seq <= forgiven, folds);
            replica.judged(verdict(commits.author(), commits.proposal(seq), leniency), commits.linkBefore(seq + 1));
        }
        return replica.verdicts(commits.firstSeq(), commits.endSeq());
    }

    /**
     * Joins states that a device offers back, all of them at one position; see {@link Recovery}.
     *
     * @return what became of each, in order; to be told after {@link #append}
     */
    public List<Recovered> recover(List<Record> offers) {
        requireOpen();
        records.read(offers.stream().map(Record::key).toList());
        boolean taken = recovery.isOpen();
        Position next = next();
        boolean any = false;
        List<Recovered> outcomes = new ArrayList<>();
        for (Record offer : offers) {
            StoredRecord before = records.now(offer.key());
            StoredRecord after =
                    taken ? states.judge(before, offer, next.sequence()).orElse(null) : null;
            Recovered.Outcome outcome = Recovered.Outcome.REFUSED;
            if (after != null) {
                outcome = after.equals(before) ? Recovered.Outcome.KNOWN : Recovered.Outcome.JOINED;
                records.change(after);
            }
            any |= outcome == Recovered.Outcome.JOINED;
            outcomes.add(new Recovered(offer.key(), outcome, records.now(offer.key())));
        }
        head = any ? next : head;
        return outcomes;
    }

    /**
     * Stores the round. Blocks until it is durable. Does nothing if no commit was judged for the first time and no state was joined.
     *
     * @return the head after it
     * @throws IllegalStateException if another appended meanwhile; nothing is changed
     */
    public Position append() {
        requireOpen();
        List<ReplicaHead> heads = new ArrayList<>();
        List<VerdictRun> verdicts = new ArrayList<>();
        for (ReplicaRound replica : replicas.values()) {
            if (!replica.runs().isEmpty()) {
                heads.add(replica.head());
                verdicts.addAll(replica.runs());
            }
        }
        if (!heads.isEmpty() || !head.equals(view.head())) {
            store.append(new Admitted(view.head(), head, records.changes(), heads, verdicts));
        }
        close();
        return head;
    }

    /** Ends the round. What was not appended is forgotten. Closing again does nothing. */
    @Override
    public void close() {
        over = true;
        view.close();
    }

    private VerdictRun.Verdict verdict(Author author, Proposal proposal, CommitJudge.Leniency leniency) {
        Position next = next();
        CommitJudge.Outcome outcome =
                judge.judge(proposal, new CommitJudge.Circumstances(author, next, stampMax, leniency));
        if (outcome.rejection() != null) {
            return new VerdictRun.Rejected(outcome.rejection());
        }
        outcome.changes().forEach(records::change);
        head = next;
        return new VerdictRun.Accepted(next);
    }

    private Position next() {
        return new Position(head.epoch(), head.sequence() + 1);
    }

    private void requireOpen() {
        if (over) {
            throw new IllegalStateException("the round is over");
        }
    }
}
