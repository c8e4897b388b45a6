package io.anabranch.crdt.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * The laws of deltas: joining them does what the mutations did that made them, in any order and however often each comes.
 *
 * @param <S> the state
 * @param <D> the delta; may be the same type
 */
public interface DeltaLaws<S, D> {

    /**
     * Mutations and the deltas they made.
     *
     * @param start the state before
     * @param deltas one for each mutation, in the order in which they were made
     * @param end the state that the mutations led to, found without joining deltas where that is possible
     */
    record Mutations<S, D>(S start, List<D> deltas, S end) {}

    /** What the state becomes with the delta. */
    S joinDelta(S state, D delta);

    /** Mutations by any number of replicas, of which the end has seen all. */
    Arbitrary<Mutations<S, D>> mutations();

    /** {@link #mutations}, for jqwik. */
    @Provide
    default Arbitrary<Mutations<S, D>> madeMutations() {
        return mutations();
    }

    /** The deltas in order lead to the same end as the mutations. */
    @Property
    default void deltasDoWhatTheMutationsDid(@ForAll("madeMutations") Mutations<S, D> made) {
        assertThat(joinAll(made.start(), made.deltas())).isEqualTo(made.end());
    }

    /** So they do out of order, and repeated. */
    @Property
    default void deltasComeInAnyOrderAndRepeated(
            @ForAll("madeMutations") Mutations<S, D> made, @ForAll long orderSeed) {
        List<D> delivered = new ArrayList<>(made.deltas());
        delivered.addAll(made.deltas());
        Collections.shuffle(delivered, new Random(orderSeed));
        assertThat(joinAll(made.start(), delivered)).isEqualTo(made.end());
    }

    /** A state that has seen the deltas does not change when they come again. */
    @Property
    default void deltasSeenChangeNothing(@ForAll("madeMutations") Mutations<S, D> made) {
        assertThat(made.deltas())
                .allSatisfy(delta -> assertThat(joinDelta(made.end(), delta)).isEqualTo(made.end()));
    }

    private S joinAll(S start, List<D> deltas) {
        S state = start;
        for (D delta : deltas) {
            state = joinDelta(state, delta);
        }
        return state;
    }
}
