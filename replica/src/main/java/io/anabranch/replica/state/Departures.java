package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.META;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.storage.WriteBatch;
import io.anabranch.replica.wire.RecordKeys;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The records that leave the device's scope, or come back into it, in one update.
 *
 * <p>One that commits are pending of, or sync errors, <em>waits</em>: it is shown with the last base it had, so that the person sees
 * what the edit was made on, and goes when the last of them is confirmed or discarded. All others go at once.
 */
final class Departures {

    private static final byte[] PRESENT = {1};

    private final PendingLog log;
    private final Map<RecordKey, Boolean> waiting = new LinkedHashMap<>();
    private final Eviction evicted;
    private boolean evicts;

    Departures(PendingLog log, Eviction evicted) {
        this.log = log;
        this.evicted = evicted;
    }

    /** Whether a record has left and waits to go. */
    boolean isWaiting(RecordKey key) {
        Boolean changed = waiting.get(key);
        return changed == null ? log.isLeft(key) : changed;
    }

    /** A record has left and waits. */
    void waits(RecordKey key) {
        waiting.put(key, true);
    }

    /** A record has come back, or goes. */
    void ends(RecordKey key) {
        if (isWaiting(key)) {
            waiting.put(key, false);
        }
    }

    /** Nothing of a record stays. */
    void evict(RecordSlots.Slot slot) {
        ends(slot.view.key());
        if (slot.evict()) {
            addEvicted(slot);
        }
    }

    /** A record is replaced by what is perhaps less of it. */
    void replaced(RecordSlots.Slot slot, Record by) {
        if (loses(slot.confirmed(), by)) {
            addEvicted(slot);
        }
    }

    /** Whether a record has fields that another one has not. */
    static boolean loses(Record had, Record has) {
        return had.fields().stream().anyMatch(field -> has.field(field.name()).isEmpty());
    }

    private void addEvicted(RecordSlots.Slot slot) {
        evicted.add(slot.storageKey());
        evicts = true;
    }

    void writeTo(WriteBatch batch) {
        waiting.forEach((key, waits) -> {
            byte[] leftKey = ReplicaMeta.leftKey(RecordKeys.encode(key));
            if (waits) {
                batch.put(META, leftKey, PRESENT);
            } else {
                batch.delete(META, leftKey);
            }
        });
        if (evicts) {
            evicted.writeTo(batch);
        }
    }

    /** To be called when the batch is written. */
    void written() {
        waiting.forEach(log::left);
    }
}
