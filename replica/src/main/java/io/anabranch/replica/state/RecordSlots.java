package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.BASE;
import static io.anabranch.replica.state.ReplicaFamilies.RECORDS;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.storage.StorageReader;
import io.anabranch.replica.storage.WriteBatch;
import io.anabranch.replica.wire.RecordKeys;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The records that one write batch changes, read once, changed in memory, written at the end. */
final class RecordSlots {

    private static final byte[] NOTHING = new byte[0];

    private final StorageReader storage;
    private final PendingLog log;
    private final RecordIndexes indexes;
    private final Map<RecordKey, Slot> slots = new LinkedHashMap<>();

    RecordSlots(ReplicaState state) {
        this.storage = state.storage();
        this.log = state.log();
        this.indexes = state.indexes();
    }

    /** One record: its view, and its base where that is kept apart. */
    @SuppressWarnings(
            "ReferenceEquality") // the same object is no change; to compare contents would cost more than to write
    static final class Slot {
        final Record before;
        Record view;
        /** Null while the view is the base. */
        @Nullable
        Record base;

        /** The store's row for the base, which a write without one must delete; null if there is none. */
        private final @Nullable Record baseBefore;

        private boolean changed;
        private final byte[] storageKey;
        /** The view's bytes if they are known without encoding it. */
        private byte @Nullable [] viewBytes;

        private byte @Nullable [] baseBytes;

        private Slot(Record view, @Nullable Record base, byte[] storageKey) {
            this.before = view;
            this.view = view;
            this.base = base;
            this.baseBefore = base;
            this.storageKey = storageKey;
        }

        byte[] storageKey() {
            return storageKey;
        }

        private Unconfirmed.BaseKept baseKept() {
            Record apart = base;
            if (apart == null) {
                return Unconfirmed.BaseKept.AS_VIEW;
            }
            return apart.isEmpty() ? Unconfirmed.BaseKept.EMPTY : Unconfirmed.BaseKept.APART;
        }

        Record confirmed() {
            Record apart = base;
            return apart == null ? view : apart;
        }

        void view(Record newView) {
            if (newView != view) {
                view = newView;
                viewBytes = null;
                changed = true;
            }
        }

        void view(Record newView, byte[] encoded) {
            view = newView;
            viewBytes = encoded;
            changed = true;
        }

        void base(Record newBase) {
            base(newBase, base == newBase ? baseBytes : null);
        }

        void base(Record newBase, byte @Nullable [] encoded) {
            changed |= newBase != base;
            base = newBase;
            baseBytes = encoded;
        }

        /** As the store has it. */
        void revert() {
            view = before;
            base = baseBefore;
            viewBytes = null;
            baseBytes = null;
            // Something else of the batch may have deleted its rows.
            changed = true;
        }

        /** Nothing of the record stays; answers whether there was anything. */
        boolean evict() {
            boolean held = base != null || !view.isEmpty();
            if (held) {
                base = null;
                baseBytes = null;
                view(Record.empty(view.key()));
            }
            return held;
        }

        /** The base is the view from now on. */
        void confirm() {
            Record apart = base;
            if (apart != null) {
                view = apart;
                viewBytes = baseBytes;
                base = null;
                baseBytes = null;
                changed = true;
            }
        }
    }

    Slot slot(RecordKey key) {
        Slot slot = slots.get(key);
        if (slot == null) {
            byte[] storageKey = RecordKeys.encode(key);
            byte[] base = log.isBaseApart(key) ? storage.get(BASE, storageKey) : null;
            slot = decode(key, storageKey, storage.get(RECORDS, storageKey), base);
            slots.put(key, slot);
        }
        return slot;
    }

    /** Reads many at once, which costs less than one by one. */
    void load(Collection<RecordKey> keys) {
        List<RecordKey> missing =
                keys.stream().filter(key -> !slots.containsKey(key)).distinct().toList();
        List<byte[]> storageKeys = missing.stream().map(RecordKeys::encode).toList();
        List<byte @Nullable []> views = storage.getAll(RECORDS, storageKeys);
        for (int i = 0; i < missing.size(); i++) {
            RecordKey key = missing.get(i);
            byte[] base = log.isBaseApart(key) ? storage.get(BASE, storageKeys.get(i)) : null;
            slots.put(key, decode(key, storageKeys.get(i), views.get(i), base));
        }
    }

    boolean has(RecordKey key) {
        return slots.containsKey(key);
    }

    /** To be called when the batch is written. */
    void written() {
        for (Slot slot : slots.values()) {
            if (slot.changed) {
                note(slot);
            }
        }
    }

    private void note(Slot slot) {
        Unconfirmed.BaseKept kept = slot.baseKept();
        byte[] view = slot.viewBytes;
        if (kept == Unconfirmed.BaseKept.EMPTY && view != null) {
            log.baseEmpty(slot.view.key(), ViewMark.of(view));
        } else {
            log.baseKept(slot.view.key(), kept);
        }
    }

    void writeTo(WriteBatch batch) {
        for (Slot slot : slots.values()) {
            if (slot.changed) {
                write(slot, batch);
                indexes.update(batch, slot.before, slot.view);
            }
        }
    }

    List<RecordChange> changes() {
        List<RecordChange> changes = new ArrayList<>();
        for (Slot slot : slots.values()) {
            if (slot.changed && !slot.before.equals(slot.view)) {
                changes.add(new RecordChange(slot.before, slot.view));
            }
        }
        return changes;
    }

    private static void write(Slot slot, WriteBatch batch) {
        if (slot.view.isEmpty()) {
            batch.delete(RECORDS, slot.storageKey);
        } else {
            byte[] known = slot.viewBytes;
            byte[] bytes = known == null ? slot.view.encode() : known;
            slot.viewBytes = bytes;
            batch.put(RECORDS, slot.storageKey, bytes);
        }
        Record base = slot.base;
        if (base == null) {
            if (slot.baseBefore != null) {
                batch.delete(BASE, slot.storageKey);
            }
        } else {
            byte[] known = slot.baseBytes;
            batch.put(BASE, slot.storageKey, base.isEmpty() ? NOTHING : known == null ? base.encode() : known);
        }
    }

    private static Slot decode(RecordKey key, byte[] storageKey, byte @Nullable [] view, byte @Nullable [] base) {
        return new Slot(record(key, view), base == null ? null : record(key, base), storageKey);
    }

    private static Record record(RecordKey key, byte @Nullable [] bytes) {
        return bytes == null || bytes.length == 0 ? Record.empty(key) : Record.decode(key, bytes);
    }
}
