package io.anabranch.relay.admission;

import io.anabranch.crdt.Record;
import io.anabranch.proto.Rejection;
import java.util.List;
import java.util.Optional;

/**
 * What an organisation asks of a change beyond its form: rights, schema, validation.
 *
 * <p>Called by admission for each record of a commit, on the thread that orders, so it must be quick, must not wait and must
 * give the same answer for the same arguments. If any record is rejected, none of the commit is accepted. A rule that has to know more than
 * the one record, or keeps something of its own, overrides {@link #begin}.
 */
@FunctionalInterface
public interface AdmissionRule {

    /** Accepts everything. */
    AdmissionRule ACCEPT_ALL = (author, before, after, delta) -> Optional.empty();

    /**
     * Judges the change of one record.
     *
     * @param before as confirmed so far, {@link Record#isEmpty empty} for a new one
     * @param after what it would become
     * @param delta what the commit says
     * @return why it is rejected, with a constant message that says what to do; empty if it is accepted
     */
    Optional<Rejection> judge(Author author, Record before, Record after, Record delta);

    /** The rule for a round that begins. Judges record by record, unless overridden. */
    default RoundRule begin(RoundState round) {
        return (author, changes) -> judgeEach(author, changes);
    }

    private Optional<Rejection> judgeEach(Author author, List<RecordChange> changes) {
        for (RecordChange change : changes) {
            Optional<Rejection> rejection = judge(author, change.before(), change.after(), change.delta());
            if (rejection.isPresent()) {
                return rejection;
            }
        }
        return Optional.empty();
    }
}
