package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.BASE;
import static io.anabranch.replica.state.ReplicaFamilies.RECORDS;

import io.anabranch.crdt.MalformedRecordException;
import io.anabranch.crdt.Position;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.RecordState;
import io.anabranch.replica.reconcile.Items;
import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.Storage;
import io.anabranch.replica.storage.WriteBatch;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.RecordKeys;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compares the base with the relay's states and puts it right. Nothing here touches pending commits or sync errors: views follow, as
 * with a page.
 */
public final class Repairs {

    private final ReplicaState state;
    private final Storage storage;

    Repairs(ReplicaState state) {
        this.state = state;
        this.storage = state.storage();
    }

    /** The base as items; for the state's thread, and not kept. */
    public Items items() {
        return new BaseItems(storage);
    }

    /** The base of a record in canonical encoding, null if there is none. */
    public byte @Nullable [] base(RecordKey key) {
        byte[] storageKey = RecordKeys.encode(key);
        byte @Nullable [] base = storage.get(BASE, storageKey);
        byte @Nullable [] bytes = base == null ? storage.get(RECORDS, storageKey) : base;
        return bytes == null || bytes.length == 0 ? null : bytes;
    }

    /** Makes everything durable that was written so far: what the relay is told after this, no crash takes back. */
    public void settle() {
        storage.write(new WriteBatch(), Durability.SYNC);
    }

    /** What an audit finds of a record that differs. */
    public enum Finding {
        /** The base is what the relay has by now, or the relay has moved on from where the base is: not a fault. */
        MOVED,
        /** The base was wrong, and was replaced. */
        REPAIRED,
        /** The base has what the relay lacks: left as it is. */
        LACKED_BY_RELAY
    }

    /**
     * Puts right what differs from the relay without a reason.
     *
     * @param states what the relay has
     * @return what was found, in order
     * @throws MalformedMessageException if they are malformed; nothing was changed
     */
    public List<Finding> audit(List<RecordState> states) {
        List<Finding> findings = new ArrayList<>();
        List<Record> wrong = new ArrayList<>();
        Position applied = state.appliedPosition();
        for (RecordState message : states) {
            Record theirs = record(message);
            byte @Nullable [] bytes = base(theirs.key());
            Record ours = bytes == null ? Record.empty(theirs.key()) : Record.decode(theirs.key(), bytes);
            boolean isMoved =
                    message.getSequence() > applied.sequence() || applied.equals(Position.START) || ours.equals(theirs);
            boolean isLacking = !theirs.context().containsAll(ours.context());
            findings.add(isMoved ? Finding.MOVED : isLacking ? Finding.LACKED_BY_RELAY : Finding.REPAIRED);
            if (!isMoved && !isLacking) {
                wrong.add(theirs);
            }
        }
        replace(wrong);
        return findings;
    }

    /** The base of these records is this, whatever it was. */
    public void replace(List<Record> records) {
        if (records.isEmpty()) {
            return;
        }
        BaseUpdate update = new BaseUpdate(state);
        records.forEach(update::replace);
        update.finish();
        storage.write(update.batch(), Durability.SYNC);
        update.written();
        state.repaired(update);
    }

    /**
     * Reads a state from the relay.
     *
     * @throws MalformedMessageException if it is malformed
     */
    public static Record record(RecordState message) {
        RecordKey key = RecordKeys.of(message.getType(), message.getId());
        try {
            return message.getState().isEmpty()
                    ? Record.empty(key)
                    : Record.decode(key, message.getState().toByteArray());
        } catch (MalformedRecordException e) {
            throw new MalformedMessageException("a state from the relay is malformed", e);
        }
    }
}
