package io.anabranch.relay.server.sequencer;

import io.anabranch.relay.admission.Early;
import io.anabranch.relay.admission.VerifiedCommits;
import io.anabranch.relay.store.VerdictRun;
import java.util.List;
import java.util.Optional;

/**
 * A batch that waits for its verdicts.
 *
 * @param commits the batch
 * @param size bytes it holds in memory, about
 * @param outcome who is told
 */
public record Submission(VerifiedCommits commits, int size, Outcome outcome) {

    /** How many commits there are. */
    int count() {
        return (int) (commits.endSeq() - commits.firstSeq());
    }

    /** Is told what became of a batch, once, on the sequencer's thread: returns at once and does not throw. */
    public interface Outcome {

        /**
         * The verdicts on its commits, in order; durable.
         *
         * @param early why not all of them were judged, empty if they were
         */
        void judged(List<VerdictRun> verdicts, Optional<Early> early);

        /** It has no verdicts; nothing of it was stored that had none before. */
        void failed(RuntimeException why);
    }
}
