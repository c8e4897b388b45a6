package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.META;
import static io.anabranch.replica.state.ReplicaFamilies.NEXT_RECORDS;
import static io.anabranch.replica.state.ReplicaFamilies.RECORDS;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.Family;
import io.anabranch.replica.storage.Scan;
import io.anabranch.replica.storage.Storage;
import io.anabranch.replica.storage.StorageException;
import io.anabranch.replica.storage.WriteBatch;
import io.anabranch.replica.wire.RecordKeys;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Holds two generations of records against each other, in order of their keys and in portions: before the exchange for what the old one has
 * and the new one has not, after it for what is different.
 */
final class Generations {

    private static final int PORTION = 500;
    /** After all keys of records. */
    private static final byte[] END = {(byte) 0xff};

    private final ReplicaState state;
    private final Storage storage;
    /** Where the next portion begins; null when all has been looked at. */
    private byte @Nullable [] from = new byte[0];

    Generations(ReplicaState state) {
        this.state = state;
        this.storage = state.storage();
    }

    /**
     * Notes the own dots of the next records that go, so that they are never used again.
     *
     * @return whether there are more
     */
    boolean keepFloors() {
        byte[] start = from;
        if (start == null) {
            return false;
        }
        WriteBatch batch = new WriteBatch();
        RecordSlots slots = new RecordSlots(state);
        from = walk(RECORDS, NEXT_RECORDS, start, (key, old, now) -> {
            if (old == null) {
                return nextOld(key);
            } else if (now == null) {
                RecordSlots.Slot slot = slots.slot(RecordKeys.decode(key, 0));
                long used = Math.max(
                        slot.view.context().last(state.replica()),
                        slot.confirmed().context().last(state.replica()));
                if (used > state.dotFloor(key)) {
                    batch.put(META, ReplicaMeta.floorKey(key), ReplicaFamilies.number(used));
                }
            }
            return null;
        });
        if (!batch.isEmpty()) {
            storage.write(batch, Durability.BUFFERED);
        }
        return from != null;
    }

    /** Over what only the new one has: nothing of it goes. */
    private byte[] nextOld(byte[] key) {
        try (Scan scan = storage.scan(RECORDS, key, null)) {
            return scan.next() ? scan.key() : END;
        }
    }

    /**
     * Tells the next differences.
     *
     * @return whether all are told
     */
    boolean tellDifferences() {
        byte[] start = from;
        if (start == null) {
            return true;
        }
        Predicate<String> followed = state.followed();
        List<RecordChange> changes = new ArrayList<>();
        from = walk(NEXT_RECORDS, RECORDS, start, (bytes, old, now) -> {
            RecordKey key = RecordKeys.decode(bytes, 0);
            if (!followed.test(key.type())) {
                return RecordKeys.endOf(key.type());
            }
            byte[] before = old == null ? null : old.value();
            byte[] after = now == null ? null : now.value();
            if (!Arrays.equals(before, after)) {
                changes.add(new RecordChange(record(key, before), record(key, after)));
            }
            return null;
        });
        if (!changes.isEmpty()) {
            state.tell(changes);
        }
        return from == null;
    }

    private static Record record(RecordKey key, byte @Nullable [] bytes) {
        return bytes == null ? Record.empty(key) : Record.decode(key, bytes);
    }

    /** What is done with a key that at least one of two families has. */
    private interface Pair {
        /** Answers where to go on, null for the next key. */
        byte @Nullable [] of(byte[] key, @Nullable Scan old, @Nullable Scan now);
    }

    /** Walks over both families; where to go on, null at the end. What cannot be read of the old one is passed over. */
    private byte @Nullable [] walk(Family old, Family now, byte[] start, Pair action) {
        byte[][] reached = {start};
        try {
            return walk(
                    old,
                    now,
                    start,
                    (key, before, after) -> {
                        reached[0] = key;
                        return action.of(key, before, after);
                    },
                    PORTION);
        } catch (StorageException e) {
            return after(now, reached[0]);
        }
    }

    /** The next key of a family after one. */
    private byte @Nullable [] after(Family family, byte[] key) {
        try (Scan scan = storage.scan(family, Arrays.copyOf(key, key.length + 1), null)) {
            return scan.next() ? scan.key() : null;
        }
    }

    private byte @Nullable [] walk(Family old, Family now, byte[] start, Pair action, int countMax) {
        try (Scan olds = storage.scan(old, start, null);
                Scan nows = storage.scan(now, start, null)) {
            boolean hasOld = olds.next();
            boolean hasNow = nows.next();
            for (int i = 0; i < countMax && (hasOld || hasNow); i++) {
                int order = !hasOld ? 1 : !hasNow ? -1 : Arrays.compareUnsigned(olds.key(), nows.key());
                byte[] key = order <= 0 ? olds.key() : nows.key();
                byte[] further = action.of(key, order <= 0 ? olds : null, order >= 0 ? nows : null);
                if (further != null) {
                    return further;
                }
                hasOld = order <= 0 ? olds.next() : hasOld;
                hasNow = order >= 0 ? nows.next() : hasNow;
            }
            if (!hasOld && !hasNow) {
                return null;
            }
            return !hasOld
                    ? nows.key()
                    : !hasNow || Arrays.compareUnsigned(olds.key(), nows.key()) < 0 ? olds.key() : nows.key();
        }
    }
}
