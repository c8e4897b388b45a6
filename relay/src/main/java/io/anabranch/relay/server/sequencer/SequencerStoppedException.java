package io.anabranch.relay.server.sequencer;

/** The relay is stopping: a batch has no verdicts yet. The device sends it again later. */
public final class SequencerStoppedException extends RuntimeException {

    SequencerStoppedException(String message) {
        super(message);
    }
}
