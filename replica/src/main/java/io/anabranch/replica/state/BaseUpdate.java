package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.BASE;
import static io.anabranch.replica.state.ReplicaFamilies.RECORDS;

import io.anabranch.crdt.Entry;
import io.anabranch.crdt.Field;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.commit.CommitId;
import io.anabranch.replica.storage.Family;
import io.anabranch.replica.storage.WriteBatch;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.RecordKeys;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One change of the base, or of the set of unconfirmed commits, and what follows from it for the view: patches replace, commits
 * are forgotten, and every record touched becomes base ⊔ the commits that remain. Written as one batch.
 */
final class BaseUpdate {

    private final ReplicaState state;
    private final PendingLog log;
    private final RecordSlots slots;
    private final Departures departures;
    private final WriteBatch batch = new WriteBatch();
    private final Set<RecordKey> touched = new LinkedHashSet<>();
    private final Set<CommitId> forgotten = new HashSet<>();
    private final List<CommitOutline> forgottenCommits = new ArrayList<>();
    /** Records whose view the relay has confirmed as it is. */
    private final Set<RecordKey> settled = new HashSet<>();

    /** The last own dots on records of forgotten commits. */
    private final Map<RecordKey, Long> usedDots = new HashMap<>();

    BaseUpdate(ReplicaState state) {
        this.state = state;
        this.log = state.log();
        this.slots = new RecordSlots(state);
        this.departures = new Departures(log, state.evicted());
    }

    WriteBatch batch() {
        return batch;
    }

    RecordSlots slots() {
        return slots;
    }

    /** Whether a staged row need only be moved: nothing else of the record is to be thought of. */
    boolean isMovable(RecordKey key, StagedRow row) {
        return row.kind() == StagedRow.Kind.REPLACES
                && !log.touches(key)
                && !log.isBaseApart(key)
                && row.indexes().signature() == state.indexes().signature(key.type())
                && !departures.isWaiting(key);
    }

    /** Moves a staged row for which that is all there is to do. */
    void move(RecordKey key, StagedRow row) {
        if (row.state().length == 0) {
            batch.delete(RECORDS, RecordKeys.encode(key));
        } else {
            batch.put(RECORDS, RecordKeys.encode(key), row.state());
        }
        row.indexes().changes().forEach(change -> change.writeTo(batch));
    }

    void patch(List<RecordPatch> patches) {
        List<RecordPatch> differing = settle(patches);
        slots.load(differing.stream().map(RecordPatch::key).toList());
        for (RecordPatch patch : differing) {
            patch(patch);
        }
    }

    /**
     * Takes the patches that say just what the view says: most of those for records that this device made. Nothing of
     * them is decoded, and the view is not written again.
     *
     * @return the others
     */
    private List<RecordPatch> settle(List<RecordPatch> patches) {
        List<RecordPatch> made = patches.stream().filter(this::mayBeSettled).toList();
        if (made.isEmpty()) {
            return patches;
        }
        Set<RecordPatch> taken = new HashSet<>();
        List<RecordPatch> unknown = new ArrayList<>();
        for (RecordPatch patch : made) {
            ViewMark view = log.viewMark(patch.key());
            if (view == null) {
                unknown.add(patch);
            } else if (view.equals(ViewMark.of(patch.encoded()))) {
                taken.add(patch);
            }
        }
        taken.addAll(sameAsStored(unknown));
        for (RecordPatch patch : taken) {
            settled.add(patch.key());
            batch.delete(BASE, RecordKeys.encode(patch.key()));
        }
        return patches.stream().filter(patch -> !taken.contains(patch)).toList();
    }

    private List<RecordPatch> sameAsStored(List<RecordPatch> patches) {
        if (patches.isEmpty()) {
            return patches;
        }
        List<byte[]> keys =
                patches.stream().map(patch -> RecordKeys.encode(patch.key())).toList();
        List<byte @Nullable []> views = state.storage().getAll(RECORDS, keys);
        List<RecordPatch> same = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            if (Arrays.equals(patches.get(i).encoded(), views.get(i))) {
                same.add(patches.get(i));
            }
        }
        return same;
    }

    /** Whether a patch is all of the base: it is for a record of which the relay had confirmed nothing. */
    private boolean mayBeSettled(RecordPatch patch) {
        return log.baseKept(patch.key()) == Unconfirmed.BaseKept.EMPTY
                && patch.extent() != RecordPatch.Extent.LEAVE
                && patch.gone().isEmpty()
                && !departures.isWaiting(patch.key())
                && !slots.has(patch.key())
                && !settled.contains(patch.key());
    }

    /**
     * Makes records anew of what the base is and the commits that wait. One that the base does not have has left if it was confirmed.
     *
     * @param confirmed what was the base of a record until now
     */
    void again(Collection<RecordKey> keys, Function<RecordKey, Record> confirmed) {
        slots.load(keys);
        for (RecordKey key : keys) {
            RecordSlots.Slot slot = slots.slot(key);
            if (slot.view.isEmpty() && !confirmed.apply(key).isEmpty()) {
                slot.view(confirmed.apply(key));
                departures.waits(key);
            }
            touched.add(key);
        }
    }

    /** Takes patches from a relay that may have lost what the base has: dots that were used are not used again all the same. */
    void repair(List<RecordPatch> patches) {
        slots.load(patches.stream().map(RecordPatch::key).toList());
        for (RecordPatch patch : patches) {
            RecordSlots.Slot slot = slots.slot(patch.key());
            usedDots.merge(patch.key(), slot.confirmed().context().last(state.replica()), Math::max);
            patch(patch);
            if (patch.extent() == RecordPatch.Extent.WHOLE) {
                touched.add(patch.key());
            }
        }
    }

    /** Drops a commit, pending or rejected: what it wrote is in the base by now, or is no longer wanted. */
    void forget(Family family, CommitOutline commit) {
        log.delete(batch, family, commit);
        forgotten.add(commit.id());
        forgottenCommits.add(commit);
        for (int i = 0; i < commit.keys().size(); i++) {
            RecordKey key = commit.keys().get(i);
            // A base that is the view has all that the commit wrote.
            if (slots.has(key) || departures.isWaiting(key) || (log.isBaseApart(key) && !settled.contains(key))) {
                touched.add(key);
                usedDots.merge(key, commit.lastDot(i), Math::max);
            }
        }
    }

    /** To be called when the batch is written. */
    void written() {
        settled.forEach(key -> log.baseKept(key, Unconfirmed.BaseKept.AS_VIEW));
        slots.written();
        departures.written();
        log.removed(forgottenCommits);
    }

    /** How many commits were dropped. */
    int forgottenCount() {
        return forgotten.size();
    }

    /** Brings the views up to date and adds all that changed to the batch. */
    void finish() {
        slots.load(touched);
        touched.forEach(this::review);
        slots.writeTo(batch);
        departures.writeTo(batch);
    }

    private void patch(RecordPatch patch) {
        RecordSlots.Slot slot = slots.slot(patch.key());
        if (settled.remove(patch.key())) {
            slot.base(slot.view);
        }
        switch (patch.extent()) {
            case LEAVE -> leave(slot);
            case WHOLE -> {
                departures.replaced(slot, patch.newer());
                replace(slot, patch, true);
            }
            case CHANGES -> replace(slot, patch, false);
        }
    }

    private void leave(RecordSlots.Slot slot) {
        RecordKey key = slot.view.key();
        if (log.touches(key)) {
            // What staged pages said of it was never seen, and is not seen now.
            slot.revert();
            departures.waits(key);
            touched.add(key);
        } else {
            evict(slot, slot.confirmed().context().last(state.replica()));
        }
    }

    private void evict(RecordSlots.Slot slot, long usedDot) {
        departures.evict(slot);
        state.keepFloor(batch, slot, usedDot);
    }

    private void replace(RecordSlots.Slot slot, RecordPatch patch, boolean all) {
        // One that has left is given anew, whatever of it is still shown.
        Record confirmed = departures.isWaiting(patch.key()) ? Record.empty(patch.key()) : slot.confirmed();
        boolean whole = all || (confirmed.isEmpty() && patch.gone().isEmpty());
        departures.ends(patch.key());
        Record newBase = whole ? patch.newer() : confirmed.patched(patch.newer(), patch.gone());
        if (!whole) {
            requireFits(newBase);
        }
        boolean reviewed = log.touches(patch.key());
        if (reviewed) {
            slot.base(newBase, whole ? patch.encoded() : null);
            touched.add(patch.key());
        } else if (whole) {
            slot.view(newBase, patch.encoded());
        } else {
            slot.view(newBase);
        }
    }

    /** The context of a patch is that of the whole record, so it has seen what the patch leaves as it is. */
    static void requireFits(Record patched) {
        for (Field field : patched.fields()) {
            for (Entry entry : field.entries()) {
                if (!patched.context().contains(entry.dot())) {
                    throw new MalformedMessageException("a patch does not fit the record that it is for");
                }
            }
        }
    }

    private void review(RecordKey key) {
        RecordSlots.Slot slot = slots.slot(key);
        Record view = slot.confirmed();
        boolean known = !view.isEmpty();
        boolean pending = false;
        boolean waits = false;
        Record base = view;
        for (CommitId id : log.commitsOf(key)) {
            Record delta = forgotten.contains(id) ? null : log.delta(id, key);
            Record joined = delta == null ? view : view.join(delta);
            waits |= delta != null;
            known |= delta != null && delta.creates();
            // What is in the base already changes nothing, and needs no base beside the view.
            if (delta != null && !joined.equals(view)) {
                pending = true;
                view = joined;
            }
        }
        if (!waits && departures.isWaiting(key)) {
            evict(slot, Math.max(base.context().last(state.replica()), usedDots.getOrDefault(key, 0L)));
            return;
        }
        if (pending) {
            slot.view(known ? view : Record.empty(key));
            slot.base(base);
        } else {
            slot.confirm();
        }
        state.keepFloor(batch, slot, usedDots.getOrDefault(key, 0L));
    }
}
