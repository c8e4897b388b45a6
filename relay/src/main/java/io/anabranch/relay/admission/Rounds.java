package io.anabranch.relay.admission;

import java.util.function.Function;

/**
 * Has work done in a round, where nothing else changes meanwhile. Called by whoever changes something that no upload brings.
 *
 * <p>Implemented by the sequencer of a relay that serves, and directly over {@link Admission} for a store that nobody else uses.
 */
@FunctionalInterface
public interface Rounds {

    /**
     * Does the work in a round and stores the round. Blocks until it is durable.
     *
     * @param work is given the round; quick, does not append or close it; called once, perhaps on another thread
     * @return what the work returned
     */
    <T> T perform(Function<Round, T> work);
}
