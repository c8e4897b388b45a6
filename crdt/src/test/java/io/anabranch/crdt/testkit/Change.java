package io.anabranch.crdt.testkit;

import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.Value;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * One call of a {@link RecordEdit}.
 *
 * @param verb which
 * @param name the field, ignored by verbs that concern the whole record
 * @param argument the value, element or amount
 */
public record Change(Verb verb, String name, int argument) {

    /** The calls there are. */
    public enum Verb {
        /** {@link RecordEdit#set}. */
        SET,
        /** {@link RecordEdit#setMulti}. */
        SET_MULTI,
        /** {@link RecordEdit#clear}. */
        CLEAR,
        /** {@link RecordEdit#add}. */
        ADD,
        /** {@link RecordEdit#remove}. */
        REMOVE,
        /** {@link RecordEdit#increment}. */
        INCREMENT,
        /** {@link RecordEdit#enable}. */
        ENABLE,
        /** {@link RecordEdit#disable}. */
        DISABLE,
        /** {@link RecordEdit#create}. */
        CREATE,
        /** {@link RecordEdit#delete}. */
        DELETE,
        /** {@link RecordEdit#undelete}. */
        UNDELETE
    }

    /** Changes of few fields and values, so that they often meet. */
    public static Arbitrary<Change> arbitrary() {
        return Combinators.combine(
                        Arbitraries.of(Verb.class),
                        Arbitraries.of("a", "b", "\uFF5E", "\uD83D\uDE00"),
                        Arbitraries.integers().between(-2, 3))
                .as(Change::new);
    }

    /** Makes the call. */
    public void applyTo(RecordEdit edit) {
        switch (verb) {
            case SET -> edit.set(name, value());
            case SET_MULTI -> edit.setMulti(name, value());
            case CLEAR -> edit.clear(name);
            case ADD -> edit.add(name, value());
            case REMOVE -> edit.remove(name, value());
            case INCREMENT -> edit.increment(name, argument);
            case ENABLE -> edit.enable(name);
            case DISABLE -> edit.disable(name);
            case CREATE -> edit.create();
            case DELETE -> edit.delete();
            case UNDELETE -> edit.undelete();
        }
    }

    /** The argument as a value: of various types, in the order of none. */
    public Value value() {
        return switch (argument) {
            case -2 -> Value.of("\uFF5E");
            case -1 -> Value.of("\uD83D\uDE00");
            case 0 -> Value.of(0L);
            case 1 -> Value.of(-0.5);
            case 2 -> Value.of(true);
            default -> Value.of(new byte[] {(byte) argument, -1});
        };
    }
}
