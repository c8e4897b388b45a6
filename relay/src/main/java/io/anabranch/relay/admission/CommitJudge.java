package io.anabranch.relay.admission;

import io.anabranch.crdt.DotSet;
import io.anabranch.crdt.Entry;
import io.anabranch.crdt.Field;
import io.anabranch.crdt.FieldName;
import io.anabranch.crdt.Kind;
import io.anabranch.crdt.Position;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.Rejection;
import io.anabranch.relay.scope.ScopeEngine;
import io.anabranch.relay.scope.Scopes;
import io.anabranch.relay.store.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Judges one commit against the records as they are, and says what they become: all of it or nothing.
 *
 * <p>A delta is made fit to be joined before it is joined. Its context is cut to what is {@linkplain DeltaCheck#believed
 * believed}, its stamps to the relay's clock plus a bound; the counters of the result are folded at the commit's position.
 * Where a record is new and nothing had to be cut, the delta's own bytes are the record's state and nothing is encoded.
 */
final class CommitJudge {

    private final AdmissionLimits limits;
    private final RoundRule rule;
    private final RoundRecords records;
    private final ScopeEngine scopes;
    private final MergedRecords merged;

    CommitJudge(AdmissionLimits limits, RoundRule rule, RoundRecords records, ScopeEngine scopes) {
        this.limits = limits;
        this.rule = rule;
        this.records = records;
        this.scopes = scopes;
        this.merged = new MergedRecords(records, rule);
    }

    /**
     * Where and when a commit is judged.
     *
     * @param author whose it is
     * @param at its position if it is accepted
     * @param stampMax the greatest stamp that is believed
     * @param manner what is different from a commit that comes for the first time
     */
    record Circumstances(Author author, Position at, long stampMax, Manner manner) {}

    /**
     * What is different from a commit that comes for the first time, to a relay that has lost nothing.
     *
     * @param again whether it may have been judged before, so that what it wrote is known, or superseded since
     * @param recovered whether it may have been accepted before a {@link Recovery}: if nothing of it is new, it is again, whatever the
     *     rules say by now
     * @param folds whether counters are folded
     */
    record Manner(boolean again, boolean recovered, boolean folds) {}

    /**
     * What became of a commit.
     *
     * @param rejection why not, null if it is accepted
     * @param changes the records that it changes, as they are after it
     * @param judged all the records that it speaks of
     */
    record Outcome(@Nullable Rejection rejection, List<StoredRecord> changes, List<RecordChange> judged) {

        static Outcome rejected(Rejection rejection) {
            return new Outcome(rejection, List.of(), List.of());
        }
    }

    /** A delta, and the merged record that it is for. */
    private record Move(Record delta, StoredRecord merged) {}

    /** What has become of a commit so far. */
    private record Draft(List<StoredRecord> changes, List<RecordChange> judged, List<Move> moves) {

        StoredRecord changed(StoredRecord stored) {
            return changes.stream()
                    .filter(change -> change.key().equals(stored.key()))
                    .findFirst()
                    .orElse(stored);
        }
    }

    /** The outcome; the records are not changed yet. */
    Outcome judge(Proposal proposal, Circumstances circumstances) {
        if (proposal.size() > limits.commitSizeMax()) {
            return Outcome.rejected(Rejections.tooLarge(proposal.size(), limits.commitSizeMax()));
        } else if (proposal.deltas().isEmpty()) {
            return Outcome.rejected(Rejections.unreadable());
        }
        List<StoredRecord> changes = new ArrayList<>(proposal.deltas().size());
        List<RecordChange> judged = new ArrayList<>(proposal.deltas().size());
        List<Move> moves = new ArrayList<>(0);
        for (Proposal.Delta delta : proposal.deltas()) {
            Rejection rejection = join(delta, circumstances, new Draft(changes, judged, moves));
            if (rejection != null) {
                return Outcome.rejected(rejection);
            }
        }
        for (Move move : moves) {
            Rejection rejection = move(move, circumstances, new Draft(changes, judged, moves));
            if (rejection != null) {
                return Outcome.rejected(rejection);
            }
        }
        boolean isKnown = circumstances.manner.recovered && changes.isEmpty();
        if (isKnown || judged.isEmpty()) {
            // Nothing is new, or there are only deletions of records that were merged: there is nothing left to judge.
            return new Outcome(null, changes, judged);
        }
        return rule.judge(circumstances.author, judged)
                .map(Outcome::rejected)
                .orElseGet(() -> new Outcome(null, changes, judged));
    }

    /** Adds to the draft what a delta makes of its record. */
    private @Nullable Rejection join(Proposal.Delta delta, Circumstances circumstances, Draft draft) {
        StoredRecord before = records.now(delta.key());
        if (before == null && !delta.facts().creates()) {
            return Rejections.unknown(delta.key());
        }
        DotSet seen = before == null ? DotSet.EMPTY : before.record().context();
        boolean again = circumstances.manner.again || circumstances.manner.recovered;
        Record proposed = merged.repointed(again ? unseen(delta.record(), seen) : delta.record());
        long replica = circumstances.author.replica();
        DeltaFacts facts = again ? DeltaFacts.of(proposed, replica) : delta.facts();
        DeltaCheck check = new DeltaCheck(proposed, facts, seen, replica);
        // The relay's own commits are made where they are judged, and speak for writers of a record that was merged.
        boolean isRelay = rule.isRelay(replica);
        Rejection malformed = isRelay ? null : check.check();
        if (malformed != null) {
            return malformed;
        } else if (before != null && !isRelay && !mayHave(circumstances.author.reader(), before, delta.record())) {
            return Rejections.outOfScope(delta.key());
        }
        // What is live of a commit that was accepted once must not look superseded by the rest of it.
        Record told = circumstances.manner.recovered ? merged.repointed(delta.record()) : proposed;
        Record believed = isRelay ? told : told.withContext(check.believed());
        boolean isLate = Long.compareUnsigned(delta.facts().latest(), circumstances.stampMax) > 0;
        Record fit = isLate ? believed.clamped(circumstances.stampMax) : believed;
        RecordKey survivor = before == null ? null : merged.survivor(before.record());
        if (before != null && survivor != null) {
            return MergedRecords.isBareRevival(fit)
                    ? Rejections.merged(delta.key(), survivor)
                    : pass(fit, before, circumstances, draft);
        }
        Record after = before == null ? fit : before.record().join(fit);
        boolean folds = facts.counts() && circumstances.manner.folds;
        StoredRecord changed = changed(before, folds ? after.folded(circumstances.at) : after, delta, circumstances.at);
        if (isTooLarge(before, changed, delta)) {
            return Rejections.recordTooLarge(delta.key(), limits.recordSizeMax());
        }
        Record known = before == null ? Record.empty(delta.key()) : before.record();
        draft.judged.add(new RecordChange(known, changed.record(), told));
        if (changed != before) {
            draft.changes.add(changed);
        }
        return null;
    }

    /**
     * Notes a delta for a merged record, to be moved. The merged one knows the author's dots, so it stays deleted; it keeps its mark, though
     * an author who has seen it deleted supersedes all of it.
     */
    private static @Nullable Rejection pass(Record fit, StoredRecord before, Circumstances circumstances, Draft draft) {
        DotSet own = fit.context().of(circumstances.author.replica());
        Record known = new Record(before.key(), own, List.of());
        StoredRecord passed = before.changed(before.record().join(known), circumstances.at.sequence());
        if (passed != before) {
            draft.changes.add(passed);
        }
        draft.moves.add(new Move(fit, before));
        return null;
    }

    /** Adds to the draft what a delta for a merged record makes of the one that stayed. */
    private @Nullable Rejection move(Move move, Circumstances circumstances, Draft draft) {
        Position at = circumstances.at;
        RecordKey key = Objects.requireNonNull(merged.survivor(move.merged.record()), "a record was not merged");
        StoredRecord before = draft.changed(Objects.requireNonNull(records.now(key), "merged into nothing"));
        Record delta = merged.moved(move.delta, move.merged.record(), before);
        if (delta.isEmpty()) {
            return null;
        }
        Record joined = before.record().join(delta);
        boolean counts = circumstances.manner.folds
                && delta.fields().stream().anyMatch(field -> field.name().kind().equals(Kind.COUNTER));
        StoredRecord after = before.changed(counts ? joined.folded(at) : joined, at.sequence());
        if (after.state().size() > limits.recordSizeMax()) {
            return Rejections.recordTooLarge(key, limits.recordSizeMax());
        }
        draft.changes.remove(before);
        draft.changes.add(after);
        draft.judged.add(new RecordChange(before.record(), after.record(), delta));
        return null;
    }

    /**
     * Whether an author can have had a record: it has written to it before, supersedes something of it, or is to have it now. Each edit
     * of a record that one has supersedes at least its life; so what was in scope when it was edited is judged by rights and not by where
     * the record or its author have gone since.
     *
     * @param delta what it says of the record
     */
    boolean mayHave(Scopes.Reader author, StoredRecord before, Record delta) {
        DotSet seen = before.record().context();
        return seen.last(author.replica()) > 0
                || !delta.context().intersection(seen).isEmpty()
                || scopes.mayHave(author, before.memberships());
    }

    /** What of an offer is taken up: references follow what was merged meanwhile, and what was merged stays as dead as it is. */
    OfferedRecord taken(OfferedRecord offer, @Nullable StoredRecord before) {
        Record repointed = merged.repointed(offer.record());
        if (before == null || merged.survivor(before.record()) == null) {
            return new OfferedRecord(repointed, offer.restricted());
        }
        List<Field> content = repointed.fields().stream()
                .filter(field -> !field.name().equals(FieldName.LIFE))
                .toList();
        return new OfferedRecord(new Record(before.key(), repointed.context(), content), offer.restricted());
    }

    /** The delta without the writes that the record has seen. */
    private static Record unseen(Record delta, DotSet seen) {
        List<Field> fields = new ArrayList<>();
        for (Field field : delta.fields()) {
            List<Entry> entries = field.entries().stream()
                    .filter(entry -> !seen.contains(entry.dot()))
                    .toList();
            if (!entries.isEmpty()) {
                fields.add(new Field(field.name(), field.fold(), entries));
            }
        }
        return new Record(delta.key(), delta.context(), fields);
    }

    private static StoredRecord changed(
            @Nullable StoredRecord before, Record after, Proposal.Delta delta, Position at) {
        if (before == null) {
            byte[] state = after.equals(delta.record()) ? delta.state() : null;
            return StoredRecord.created(after, state, at.sequence());
        }
        return before.changed(after, at.sequence());
    }

    /** Encodes only what could be too large by the sizes of its parts. */
    private boolean isTooLarge(@Nullable StoredRecord before, StoredRecord changed, Proposal.Delta delta) {
        long bound =
                delta.state().length + (before == null ? 0L : before.state().size());
        return bound > limits.recordSizeMax() && changed.state().size() > limits.recordSizeMax();
    }
}
