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
    private final Map<RecordKey, Slot> slots = new LinkedHashMap<>();

    RecordSlots(StorageReader storage) {
        this.storage = storage;
    }

    /** One record: its view, and its base where that is kept apart. */
    static final class Slot {
        final Record before;
        Record view;
        /** Null while the view is the base. */
        @Nullable
        Record base;

        /** Whether the store has a row for the base, which a write without one must then delete. */
        private final boolean baseStored;

        private boolean changed;
        private final byte[] storageKey;
        /** The view's bytes if they are known without encoding it. */
        private byte @Nullable [] viewBytes;

        private Slot(Record view, @Nullable Record base, byte[] storageKey) {
            this.before = view;
            this.view = view;
            this.base = base;
            this.baseStored = base != null;
            this.storageKey = storageKey;
        }

        byte[] storageKey() {
            return storageKey;
        }

        Record confirmed() {
            Record apart = base;
            return apart == null ? view : apart;
        }

        void view(Record newView) {
            view = newView;
            viewBytes = null;
            changed = true;
        }

        void view(Record newView, byte[] encoded) {
            view = newView;
            viewBytes = encoded;
            changed = true;
        }

        void base(@Nullable Record newBase) {
            base = newBase;
            changed = true;
        }
    }

    Slot slot(RecordKey key) {
        Slot slot = slots.get(key);
        if (slot == null) {
            byte[] storageKey = RecordKeys.encode(key);
            slot = decode(key, storageKey, storage.get(RECORDS, storageKey), storage.get(BASE, storageKey));
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
        List<byte @Nullable []> bases = storage.getAll(BASE, storageKeys);
        for (int i = 0; i < missing.size(); i++) {
            slots.put(missing.get(i), decode(missing.get(i), storageKeys.get(i), views.get(i), bases.get(i)));
        }
    }

    void writeTo(WriteBatch batch) {
        for (Slot slot : slots.values()) {
            if (slot.changed) {
                write(slot, batch);
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
            batch.put(RECORDS, slot.storageKey, known == null ? slot.view.encode() : known);
        }
        Record base = slot.base;
        if (base == null) {
            if (slot.baseStored) {
                batch.delete(BASE, slot.storageKey);
            }
        } else {
            batch.put(BASE, slot.storageKey, base.isEmpty() ? NOTHING : base.encode());
        }
    }

    private static Slot decode(RecordKey key, byte[] storageKey, byte @Nullable [] view, byte @Nullable [] base) {
        return new Slot(record(key, view), base == null ? null : record(key, base), storageKey);
    }

    private static Record record(RecordKey key, byte @Nullable [] bytes) {
        return bytes == null || bytes.length == 0 ? Record.empty(key) : Record.decode(key, bytes);
    }
}
