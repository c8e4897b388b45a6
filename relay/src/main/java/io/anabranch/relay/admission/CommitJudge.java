package io.anabranch.relay.admission;

import io.anabranch.crdt.DotSet;
import io.anabranch.crdt.Position;
import io.anabranch.crdt.Record;
import io.anabranch.proto.Rejection;
import io.anabranch.relay.store.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    private final AdmissionRule rule;
    private final RoundRecords records;

    CommitJudge(AdmissionLimits limits, AdmissionRule rule, RoundRecords records) {
        this.limits = limits;
        this.rule = rule;
        this.records = records;
    }

    /**
     * Where and when a commit is judged.
     *
     * @param author whose it is
     * @param at its position if it is accepted
     * @param stampMax the greatest stamp that is believed
     * @param leniency what a recovery makes different
     */
    record Circumstances(Author author, Position at, long stampMax, Leniency leniency) {}

    /**
     * What a {@link Recovery} makes different.
     *
     * @param mayBeKnown whether the commit's effect may have come as a state before: then it was accepted once, and is again
     * @param folds whether counters are folded
     */
    record Leniency(boolean mayBeKnown, boolean folds) {}

    /**
     * What became of a commit.
     *
     * @param rejection why not, null if it is accepted
     * @param changes the records that it changes, as they are after it
     */
    record Outcome(@Nullable Rejection rejection, List<StoredRecord> changes) {

        static Outcome rejected(Rejection rejection) {
            return new Outcome(rejection, List.of());
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
        for (Proposal.Delta delta : proposal.deltas()) {
            Rejection rejection = judge(delta, circumstances, changes);
            if (rejection != null) {
                return Outcome.rejected(rejection);
            }
        }
        return new Outcome(null, changes);
    }

    private @Nullable Rejection judge(Proposal.Delta delta, Circumstances circumstances, List<StoredRecord> changes) {
        StoredRecord before = records.now(delta.key());
        if (before == null && !delta.record().creates()) {
            return Rejections.unknown(delta.key());
        }
        DotSet seen = before == null ? DotSet.EMPTY : before.record().context();
        DeltaCheck check = new DeltaCheck(delta.record(), seen, circumstances.author.replica());
        if (before != null && circumstances.leniency.mayBeKnown && isIn(before.record(), delta.record(), check)) {
            return null;
        }
        Rejection malformed = check.check(circumstances.stampMax);
        if (malformed != null) {
            return malformed;
        }
        Record fit = fit(delta.record(), check, circumstances.stampMax);
        Record after = before == null ? fit : before.record().join(fit);
        boolean folds = check.counts() && circumstances.leniency.folds;
        StoredRecord changed = changed(before, folds ? after.folded(circumstances.at) : after, delta, circumstances.at);
        if (isTooLarge(before, changed, delta)) {
            return Rejections.recordTooLarge(delta.key(), limits.recordSizeMax());
        }
        Record known = before == null ? Record.empty(delta.key()) : before.record();
        Optional<Rejection> ruled = rule.judge(circumstances.author, known, changed.record(), delta.record());
        if (changed != before) {
            changes.add(changed);
        }
        return ruled.orElse(null);
    }

    private static boolean isIn(Record record, Record delta, DeltaCheck check) {
        return record.join(delta.withContext(check.believed())).equals(record);
    }

    private static Record fit(Record delta, DeltaCheck check, long stampMax) {
        Record believed = delta.withContext(check.believed());
        return check.isLate() ? believed.clamped(stampMax) : believed;
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
