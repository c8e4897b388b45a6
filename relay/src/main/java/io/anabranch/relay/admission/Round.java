package io.anabranch.relay.admission;

import com.google.protobuf.ByteString;
import io.anabranch.crdt.HybridClock;
import io.anabranch.crdt.Position;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.RejectedCommit;
import io.anabranch.proto.Rejection;
import io.anabranch.proto.Revocation;
import io.anabranch.relay.scope.ScopeRound;
import io.anabranch.relay.scope.Scopes;
import io.anabranch.relay.store.Admitted;
import io.anabranch.relay.store.Admitted.RowChange;
import io.anabranch.relay.store.Admitted.Upkeep;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.ReplicaHead;
import io.anabranch.relay.store.StoredRecord;
import io.anabranch.relay.store.VerdictRun;
import io.anabranch.replica.commit.CommitId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
    private final RoundRule rule;
    private final ScopeRound scopes;
    private final CommitJudge judge;
    private final RejectedBefore rejectedBefore;
    private final Recovery recovery;
    private final RevokedReplicas revokedReplicas;
    private final StateJudge states;
    private final boolean folds;
    private final RecentLinks links;
    private final long nowMillis;
    private final Map<Long, ReplicaRound> replicas = new LinkedHashMap<>();
    private final List<RowChange> rows = new ArrayList<>();
    private final List<VerdictRun> revised = new ArrayList<>();
    private final Set<VerifiedCommits> read = new HashSet<>();
    private Position head;
    private boolean over;

    Round(Admission.Parts parts, long stampMax) {
        AdmissionLimits limits = parts.limits();
        this.store = parts.store();
        this.links = parts.links();
        this.view = store.view();
        this.stampMax = stampMax;
        this.records = new RoundRecords(view);
        this.nowMillis = HybridClock.millis(stampMax) - limits.aheadMaxMillis();
        this.rule = parts.rule().begin(new State(view, records, nowMillis));
        this.scopes = parts.scopes().begin(records);
        this.judge = new CommitJudge(limits, this.rule, records, parts.scopes());
        this.rejectedBefore = new RejectedBefore(store);
        this.recovery = new Recovery(store);
        this.revokedReplicas = new RevokedReplicas(store);
        this.states = new StateJudge(limits);
        this.folds = !recovery.isOpen();
        this.head = view.head();
    }

    /** Reads what batches touch, all at once: a help for speed that a caller gives who has several at hand. */
    public void read(Collection<VerifiedCommits> batches) {
        requireOpen();
        List<RecordKey> keys = new ArrayList<>();
        List<Record> deltas = new ArrayList<>();
        for (VerifiedCommits batch : batches) {
            if (read.add(batch)) {
                keys.addAll(batch.keys());
                deltas.addAll(batch.deltas());
            }
        }
        records.read(keys);
        scopes.read(deltas);
    }

    /** Where a replica's history goes on, by the commits judged so far. */
    public ReplicaHead head(long replica) {
        requireOpen();
        ReplicaRound known = replicas.get(replica);
        return known == null ? view.replicaHead(replica) : known.head();
    }

    /** A record as the commits accepted so far have made it; {@linkplain Record#isEmpty empty} if there is none. */
    public Record record(RecordKey key) {
        requireOpen();
        return records.find(key);
    }

    /**
     * Judges a batch, up to the first commit that is {@linkplain #early early}. Commits that were judged before, in this round or earlier,
     * get their old verdict.
     *
     * @return the verdicts on its commits, in order; to be sent after {@link #append}
     * @throws RefusedBatchException if it does not go on from what is known of its replica; the round goes on without it
     */
    public List<VerdictRun> admit(VerifiedCommits commits) {
        requireOpen();
        ReplicaRound replica = replica(commits.author().replica());
        long forgiven = recovery.forgivenThrough(commits.author().replica());
        replica.requireContinuedBy(commits, forgiven);
        if (links.contradicts(commits.author().replica(), commits.endSeq(), commits.linkBefore(commits.endSeq()))) {
            throw new ForkedHistoryException();
        }
        if (replica.head().nextSeq() < commits.endSeq()) {
            read(List.of(commits));
        }
        for (long seq = replica.head().nextSeq(); seq < commits.endSeq() && missing(commits, seq) == null; seq++) {
            CommitJudge.Manner manner = new CommitJudge.Manner(false, seq <= forgiven, folds);
            VerdictRun.Verdict verdict = replica.isRevoked(seq)
                    ? rejected(commits, seq, Rejections.revoked(replica.revokedFromSeq()))
                    : verdict(commits, seq, manner);
            replica.judged(verdict, commits.linkBefore(seq + 1));
            links.put(commits.author().replica(), seq + 1, commits.linkBefore(seq + 1));
        }
        return replica.verdicts(
                commits.firstSeq(), Math.min(commits.endSeq(), replica.head().nextSeq()));
    }

    /** Why {@link #admit} did not judge all of a batch; empty if it did, or refused it. */
    public Optional<Early> early(VerifiedCommits commits) {
        requireOpen();
        long seq = head(commits.author().replica()).nextSeq();
        boolean isNext = seq >= commits.firstSeq() && seq < commits.endSeq();
        CommitId missing = isNext ? missing(commits, seq) : null;
        return missing == null
                ? Optional.empty()
                : Optional.of(new Early(new CommitId(commits.author().replica(), seq), missing));
    }

    /** A commit of another replica that one rests on, and that has no verdict. */
    private @Nullable CommitId missing(VerifiedCommits commits, long seq) {
        for (CommitId id :
                commits.isAlone() ? List.<CommitId>of() : commits.proposal(seq).depends()) {
            if (head(id.replica()).nextSeq() <= id.seq()) {
                return id;
            }
        }
        return null;
    }

    private ReplicaRound replica(long replica) {
        return replicas.computeIfAbsent(
                replica,
                id -> new ReplicaRound(view, id, revokedReplicas.find(id).orElse(null)));
    }

    /**
     * Revokes a replica: its next commit and all later ones are rejected. What was revoked before stays as it was.
     *
     * @param known a revocation that was lost, with what it said; null for one that is made now
     * @return what holds now
     */
    public Revocation revoke(long replica, @Nullable Revocation known) {
        requireOpen();
        ReplicaRound round = replica(replica);
        @Nullable Revocation before = round.revocation();
        if (before != null) {
            return before;
        }
        Revocation made = known != null
                ? known
                : Revocation.newBuilder()
                        .setReplica(replica)
                        .setFromSeq(round.head().nextSeq())
                        .setRevokedMillis(nowMillis)
                        .build();
        round.revoke(made);
        rows.add(RevokedReplicas.row(made));
        return made;
    }

    /**
     * Judges a commit again that was rejected, in this round or earlier. What later writes have superseded of it stays so.
     *
     * @param author whose it is
     * @return why it is rejected again; empty if it is accepted now
     */
    public Optional<Rejection> retry(Author author, RejectedCommit rejected) {
        requireOpen();
        Proposal proposal = Proposal.read(rejected.getBody().toByteArray(), author.replica(), rejected.getSeq());
        records.read(proposal.deltas().stream().map(Proposal.Delta::key).toList());
        CommitJudge.Manner manner = new CommitJudge.Manner(true, false, folds);
        CommitJudge.Outcome outcome = judge.judge(proposal, circumstances(author, manner));
        if (outcome.rejection() != null) {
            rows.add(RejectedCommits.rejected(rejected.toBuilder()
                    .setRejection(outcome.rejection())
                    .setJudgedAgain(true)
                    .build()));
            revised.add(new VerdictRun(
                    author.replica(), rejected.getSeq(), 1, new VerdictRun.Rejected(outcome.rejection())));
            return Optional.of(outcome.rejection());
        }
        accept(outcome);
        rows.addAll(RejectedCommits.accepted(author.replica(), rejected.getSeq()));
        revised.add(new VerdictRun(author.replica(), rejected.getSeq(), 1, new VerdictRun.Accepted(head)));
        return Optional.empty();
    }

    /**
     * Joins states that a device offers back, all of them at one position; see {@link Recovery}.
     *
     * @return what became of each, in order; to be told after {@link #append}
     */
    public List<Recovered> recover(Scopes.Reader reader, List<OfferedRecord> offers) {
        requireOpen();
        records.read(offers.stream().map(offer -> offer.record().key()).toList());
        boolean taken = recovery.isOpen();
        List<StoredRecord> changes = new ArrayList<>();
        List<RecordChange> judged = new ArrayList<>();
        List<Recovered> outcomes = new ArrayList<>();
        for (OfferedRecord offer : offers) {
            RecordKey key = offer.record().key();
            StoredRecord before = records.now(key);
            boolean isTheirs = StateJudge.mayOffer(reader, key)
                    && (before == null || judge.mayHave(reader, before, offer.record()));
            StoredRecord after = taken && isTheirs
                    ? states.judge(before, judge.taken(offer, before), next().sequence())
                            .orElse(null)
                    : null;
            if (after == null) {
                outcomes.add(new Recovered(key, Recovered.Outcome.REFUSED));
            } else if (after.equals(before)) {
                outcomes.add(new Recovered(key, Recovered.Outcome.KNOWN));
            } else {
                outcomes.add(new Recovered(key, Recovered.Outcome.JOINED));
                Record known = before == null ? Record.empty(key) : before.record();
                changes.add(after);
                judged.add(new RecordChange(known, after.record(), offer.record()));
            }
        }
        if (!changes.isEmpty()) {
            accept(new CommitJudge.Outcome(null, changes, judged));
        }
        return outcomes;
    }

    /**
     * Does a slot's worth of what scopes ask for beside commits: what time has come for, and what new rules need. There may be more
     * to do after the round.
     */
    public void maintain() {
        requireOpen();
        List<StoredRecord> moved = scopes.maintain(next().sequence());
        if (!moved.isEmpty()) {
            moved.forEach(records::change);
            head = next();
        }
    }

    /**
     * Stores the round. Blocks until it is durable. Does nothing if nothing is different.
     *
     * @return the head after it
     * @throws IllegalStateException if another appended meanwhile; nothing is changed
     */
    public Position append() {
        requireOpen();
        List<ReplicaHead> heads = new ArrayList<>();
        List<VerdictRun> verdicts = new ArrayList<>(revised);
        for (ReplicaRound replica : replicas.values()) {
            if (!replica.runs().isEmpty()) {
                heads.add(replica.head());
                verdicts.addAll(replica.runs());
            }
        }
        if (!verdicts.isEmpty() || !rows.isEmpty() || scopes.hasUpkeep() || !head.equals(view.head())) {
            store.append(new Admitted(view.head(), head, records.changes(), heads, verdicts, upkeep()));
            rule.appended();
            scopes.appended(head);
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

    private VerdictRun.Verdict verdict(VerifiedCommits commits, long seq, CommitJudge.Manner manner) {
        Author author = commits.author();
        CommitJudge.Outcome outcome = judge.judge(commits.proposal(seq), circumstances(author, manner));
        if (outcome.rejection() != null) {
            return rejected(commits, seq, outcome.rejection());
        }
        accept(outcome);
        return new VerdictRun.Accepted(head);
    }

    /** Keeps a rejected commit, with its content. */
    private VerdictRun.Verdict rejected(VerifiedCommits commits, long seq, Rejection why) {
        Author author = commits.author();
        ByteString body = ByteString.copyFrom(commits.body(seq));
        Rejection rejection = rejectedBefore.explained(author.replica(), seq, body, why);
        rows.add(RejectedCommits.rejected(RejectedCommit.newBuilder()
                .setReplica(author.replica())
                .setSeq(seq)
                .setUser(author.user())
                .setBody(body)
                .setRejection(rejection)
                .setRejectedMillis(nowMillis)
                .build()));
        return new VerdictRun.Rejected(rejection);
    }

    private CommitJudge.Circumstances circumstances(Author author, CommitJudge.Manner manner) {
        return new CommitJudge.Circumstances(author, next(), stampMax, manner);
    }

    private Position next() {
        return new Position(head.epoch(), head.sequence() + 1);
    }

    private void accept(CommitJudge.Outcome outcome) {
        scopes.commit(outcome.changes(), next().sequence()).forEach(records::change);
        rule.accepted(outcome.judged());
        head = next();
    }

    private Upkeep upkeep() {
        Upkeep own = new Upkeep(List.of(), List.of(), rows);
        return rule.upkeep().and(scopes.upkeep()).and(own);
    }

    private record State(RelayView view, RoundRecords records, long nowMillis) implements RoundState {

        @Override
        public Record record(RecordKey key) {
            return records.find(key);
        }

        @Override
        public Collection<Record> changed() {
            return records.changed();
        }
    }

    private void requireOpen() {
        if (over) {
            throw new IllegalStateException("the round is over");
        }
    }
}
