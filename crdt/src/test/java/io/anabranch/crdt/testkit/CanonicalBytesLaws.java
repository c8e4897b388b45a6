package io.anabranch.crdt.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/**
 * The laws of an encoding whose bytes are equal just when the states are, and whose decoder takes nothing else.
 *
 * @param <S> the state
 */
public interface CanonicalBytesLaws<S> {

    /** The bytes of a state. */
    byte[] encode(S state);

    /** The state of bytes; throws {@link #malformed} if they are not the bytes of any. */
    S decode(byte[] bytes);

    /** What {@link #decode} throws, and nothing but this. */
    Class<? extends RuntimeException> malformed();

    /** States to encode, some of them alike; at least one. */
    Arbitrary<List<S>> encodable();

    /** {@link #encodable}, for jqwik. */
    @Provide
    default Arbitrary<List<S>> encodableStates() {
        return encodable();
    }

    /** Equal states have equal bytes, and unequal ones have unequal bytes. */
    @Property
    default void bytesAreEqualWhenStatesAre(@ForAll("encodableStates") List<S> states) {
        for (S left : states) {
            for (S right : states) {
                assertThat(Arrays.equals(encode(left), encode(right))).isEqualTo(left.equals(right));
            }
        }
    }

    /** A state survives its encoding. */
    @Property
    default void decodingGivesTheState(@ForAll("encodableStates") List<S> states) {
        assertThat(states).allSatisfy(state -> assertThat(decode(encode(state))).isEqualTo(state));
    }

    /** Bytes that are not an encoding are refused, and those that are taken are the only ones of their state. */
    @Property(tries = 5000)
    default void arbitraryBytesAreRefusedOrCanonical(@ForAll byte[] bytes) {
        requireRefusedOrCanonical(bytes);
    }

    /** So are encodings with a byte changed, put in or taken out. */
    @Property(tries = 3000)
    default void damagedBytesAreRefusedOrCanonical(
            @ForAll("encodableStates") List<S> states,
            @ForAll @IntRange(max = 100_000) int at,
            @ForAll byte value,
            @ForAll @IntRange(max = 2) int damage) {
        byte[] bytes = encode(states.get(0));
        int index = bytes.length == 0 ? 0 : at % bytes.length;
        byte[] tail = Arrays.copyOfRange(bytes, Math.min(bytes.length, index + (damage == 0 ? 0 : 1)), bytes.length);
        byte[] damaged = Arrays.copyOf(bytes, index + (damage == 2 ? 0 : 1) + tail.length);
        if (damage != 2) {
            damaged[index] = value;
        }
        System.arraycopy(tail, 0, damaged, damaged.length - tail.length, tail.length);
        requireRefusedOrCanonical(damaged);
    }

    /** A part from the front of an encoding is refused, unless it is an encoding itself. */
    @Property
    default void cutBytesAreRefusedOrCanonical(@ForAll("encodableStates") List<S> states) {
        byte[] bytes = encode(states.get(0));
        for (int length = 0; length < bytes.length; length++) {
            requireRefusedOrCanonical(Arrays.copyOf(bytes, length));
        }
    }

    private void requireRefusedOrCanonical(byte[] bytes) {
        S state;
        try {
            state = decode(bytes);
        } catch (RuntimeException e) {
            assertThat(e).isExactlyInstanceOf(malformed());
            return;
        }
        assertThat(encode(state)).isEqualTo(bytes);
    }
}
