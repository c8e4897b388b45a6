package io.anabranch.relay.server.sequencer;

import io.anabranch.relay.store.VerdictRun;
import java.util.List;

/** Is told what the sequencer does, for the metrics. Called on its thread; returns at once. */
public interface SequencerEvents {

    /** Nobody listens. */
    SequencerEvents NONE = new SequencerEvents() {
        @Override
        public void verdicts(List<VerdictRun> runs) {}

        @Override
        public void round(int batches, int commits, long appendNanos) {}
    };

    /** A batch got these verdicts, some perhaps for a second time. */
    void verdicts(List<VerdictRun> runs);

    /** A round was stored: how many batches and commits it had, and how long the append with its sync took. */
    void round(int batches, int commits, long appendNanos);
}
