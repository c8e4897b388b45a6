package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.BASE;
import static io.anabranch.replica.state.ReplicaFamilies.RECORDS;

import io.anabranch.crdt.MalformedRecordException;
import io.anabranch.crdt.Position;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.Patch;
import io.anabranch.proto.RecordState;
import io.anabranch.replica.reconcile.Items;
import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.Storage;
import io.anabranch.replica.storage.WriteBatch;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.RecordKeys;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compares the base with what the relay says this device is to have, and puts it right. Nothing here touches pending commits or sync
 * errors: views follow, as with a page.
 */
public final class Repairs {

    private static final byte[] NOTHING = new byte[0];

    private final ReplicaState state;
    private final Storage storage;
    private final PendingLog log;

    Repairs(ReplicaState state) {
        this.state = state;
        this.storage = state.storage();
        this.log = state.log();
    }

    /** The base as items; for the state's thread, and not kept. */
    public Items items() {
        return new BaseItems(storage, log::isLeft);
    }

    /** The base of a record as it is stored, null if there is none, or if the record has left the device's scope. */
    public byte @Nullable [] base(RecordKey key) {
        byte[] storageKey = RecordKeys.encode(key);
        byte @Nullable [] base = storage.get(BASE, storageKey);
        byte @Nullable [] bytes = base == null ? storage.get(RECORDS, storageKey) : base;
        return bytes == null || bytes.length == 0 || log.isLeft(key) ? null : bytes;
    }

    /** Makes what has been prepared of what is staged the base, so that nothing is missed that only this device has. */
    public void applyReady() {
        state.applyStaged();
    }

    /** Makes everything durable that was written so far: what the relay is told after this, no crash takes back. */
    public void settle() {
        storage.write(new WriteBatch(), Durability.SYNC);
    }

    /** What an audit finds of a record that differs. */
    public enum Finding {
        /** The base is what it should be by now, or the relay has moved on from where the base is: not a fault. */
        MOVED,
        /** The base lacked the record. */
        MISSING,
        /** The base had a record that it should not have. */
        SURPLUS,
        /** The base had something else. */
        DIFFERENT
    }

    /**
     * Takes what the base is to be of some records, whatever it was; but of an audit only where there is no other reason for the difference
     * than a fault. Durable on return.
     *
     * @param states what the device is to have
     * @param audit whether nothing should have differed
     * @return what was found, in order
     * @throws MalformedMessageException if they are malformed; nothing was changed
     */
    public List<Finding> take(List<RecordState> states, boolean audit) {
        Position applied = state.appliedPosition();
        List<Finding> findings = new ArrayList<>();
        List<RecordPatch> wrong = new ArrayList<>();
        for (RecordState message : states) {
            RecordPatch patch = patch(message.getPatch());
            Finding finding = finding(patch);
            boolean isLater = message.getSequence() > applied.sequence() || applied.equals(Position.START);
            if (finding == Finding.MOVED || (audit && isLater)) {
                findings.add(Finding.MOVED);
            } else {
                findings.add(finding);
                wrong.add(patch);
            }
        }
        replace(wrong);
        return findings;
    }

    private Finding finding(RecordPatch patch) {
        byte @Nullable [] had = base(patch.key());
        boolean isWanted = patch.extent() == RecordPatch.Extent.WHOLE;
        if (had == null) {
            return isWanted ? Finding.MISSING : Finding.MOVED;
        } else if (!isWanted) {
            return Finding.SURPLUS;
        }
        return Arrays.equals(had, patch.encoded()) ? Finding.MOVED : Finding.DIFFERENT;
    }

    private void replace(List<RecordPatch> patches) {
        if (patches.isEmpty()) {
            return;
        }
        patches.forEach(patch -> dropDamaged(patch.key()));
        BaseUpdate update = new BaseUpdate(state);
        update.repair(patches);
        update.finish();
        storage.write(update.batch(), Durability.SYNC);
        update.written();
        state.changed(update.slots());
    }

    /** A row that cannot be read any more would be in the way of its own repair. */
    private void dropDamaged(RecordKey key) {
        byte[] storageKey = RecordKeys.encode(key);
        WriteBatch batch = new WriteBatch();
        byte @Nullable [] base = storage.get(BASE, storageKey);
        if (isDamaged(key, storage.get(RECORDS, storageKey))) {
            batch.delete(RECORDS, storageKey);
        }
        if (isDamaged(key, base)) {
            batch.put(BASE, storageKey, NOTHING);
            log.baseKept(key, Unconfirmed.BaseKept.EMPTY);
        }
        storage.write(batch, Durability.BUFFERED);
    }

    private static boolean isDamaged(RecordKey key, byte @Nullable [] bytes) {
        if (bytes == null || bytes.length == 0) {
            return false;
        }
        try {
            Record.decode(key, bytes);
            return false;
        } catch (MalformedRecordException e) {
            return true;
        }
    }

    private static RecordPatch patch(Patch message) {
        RecordPatch patch = RecordPatch.read(message);
        if (patch.extent() == RecordPatch.Extent.CHANGES) {
            throw new MalformedMessageException("a state from the relay is not whole");
        }
        // What is malformed is refused before anything is changed.
        patch.newer();
        return patch;
    }
}
