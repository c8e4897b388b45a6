package io.anabranch.replica;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import java.util.Optional;

/**
 * What a device can say of a record that another one refers to. That it is not here is nothing wrong: it may be outside what the device
 * is to hold.
 *
 * @param key the record referred to
 * @param state what is known of it
 * @param record the record if it is {@linkplain State#PRESENT present}
 */
public record Reference(RecordKey key, State state, Optional<Record> record) {

    /** What is known of a record. */
    public enum State {
        /** It is here. */
        PRESENT,
        /** It is not on this device; it may exist elsewhere. Show its key. */
        STUB,
        /** It was deleted. */
        DELETED
    }

    static Reference to(Record view) {
        if (view.alive()) {
            return new Reference(view.key(), State.PRESENT, Optional.of(view));
        }
        return new Reference(view.key(), view.isEmpty() ? State.STUB : State.DELETED, Optional.empty());
    }
}
