package io.anabranch.relay.admission;

import io.anabranch.proto.Rejection;
import io.anabranch.relay.store.Admitted.Upkeep;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A rule during one round. Admission calls it on the thread that orders: {@link #judge} for each commit in turn and, if that has no
 * objection, {@link #accepted} before the next; then, if the round is stored, {@link #upkeep} and after that {@link #appended}.
 */
public interface RoundRule {

    /**
     * Judges a commit.
     *
     * @param changes one for each record, never empty
     * @return why it is rejected, with a constant message that says what to do; empty if it is accepted
     */
    Optional<Rejection> judge(Author author, List<RecordChange> changes);

    /** By name, the fields of a type that refer to other records, with the type that these have. */
    default Map<String, String> references(String type) {
        return Map.of();
    }

    /** Whether a replica is the relay's own, whose word it is that a record was merged into another. */
    default boolean isRelay(long replica) {
        return false;
    }

    /** The commit that was judged last is accepted: later ones are judged by what it has changed. */
    default void accepted(List<RecordChange> changes) {}

    /** What is to be stored with the round. */
    default Upkeep upkeep() {
        return Upkeep.NONE;
    }

    /** The round is stored. */
    default void appended() {}
}
