package io.anabranch.crdt.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * The laws of a join: order, grouping and repetition do not matter, and nothing that was known is forgotten.
 *
 * @param <S> the state; its {@code equals} is the one that counts
 */
public interface JoinLaws<S> {

    /** What both together know; changes neither. */
    S join(S left, S right);

    /** States of one object that may meet, such as those of its replicas at different times; at least one. */
    Arbitrary<List<S>> meeting();

    /** {@link #meeting}, for jqwik. */
    @Provide
    default Arbitrary<List<S>> meetingStates() {
        return meeting();
    }

    /** a ⊔ b = b ⊔ a. */
    @Property
    default void joinCommutes(@ForAll("meetingStates") List<S> states) {
        for (S left : states) {
            for (S right : states) {
                assertThat(join(left, right)).isEqualTo(join(right, left));
            }
        }
    }

    /** (a ⊔ b) ⊔ c = a ⊔ (b ⊔ c). */
    @Property
    default void joinAssociates(@ForAll("meetingStates") List<S> states) {
        for (int i = 0; i < states.size(); i++) {
            S a = states.get(i);
            S b = states.get((i + 1) % states.size());
            S c = states.get((i + 2) % states.size());
            assertThat(join(join(a, b), c)).isEqualTo(join(a, join(b, c)));
        }
    }

    /** a ⊔ a = a. */
    @Property
    default void joinIsIdempotent(@ForAll("meetingStates") List<S> states) {
        assertThat(states).allSatisfy(state -> assertThat(join(state, state)).isEqualTo(state));
    }

    /** a ⊔ (a ⊔ b) = a ⊔ b: a joined state holds both of its parts. */
    @Property
    default void joinNeverForgets(@ForAll("meetingStates") List<S> states) {
        for (S left : states) {
            for (S right : states) {
                S both = join(left, right);
                assertThat(join(left, both)).isEqualTo(both);
                assertThat(join(both, right)).isEqualTo(both);
            }
        }
    }
}
