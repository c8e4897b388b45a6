package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.BASE;
import static io.anabranch.replica.state.ReplicaFamilies.BY_RECORD;
import static io.anabranch.replica.state.ReplicaFamilies.ERRORS;
import static io.anabranch.replica.state.ReplicaFamilies.INDEX;
import static io.anabranch.replica.state.ReplicaFamilies.META;
import static io.anabranch.replica.state.ReplicaFamilies.NEXT_BASE;
import static io.anabranch.replica.state.ReplicaFamilies.NEXT_INDEX;
import static io.anabranch.replica.state.ReplicaFamilies.NEXT_META;
import static io.anabranch.replica.state.ReplicaFamilies.NEXT_RECORDS;
import static io.anabranch.replica.state.ReplicaFamilies.NEXT_STAGED;
import static io.anabranch.replica.state.ReplicaFamilies.PENDING;
import static io.anabranch.replica.state.ReplicaFamilies.RECORDS;
import static io.anabranch.replica.state.ReplicaFamilies.STAGED;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.Page;
import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.Family;
import io.anabranch.replica.storage.Scan;
import io.anabranch.replica.storage.Storage;
import io.anabranch.replica.storage.StorageException;
import io.anabranch.replica.storage.WriteBatch;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A second set of records that is made beside the one in use, and then takes its place.
 *
 * <p>It lives in families of its own and is a {@link ReplicaState} without commits: filled from parts, then caught up by pages like any
 * other. {@link #takePlace} exchanges the families, in one write batch, with what else there is to it: commits that are not confirmed, and
 * sync errors, are on top of the new base as they were on top of the old one, the cursor and the indexes are the new ones. Until then
 * nothing of the store in use has changed; whatever is cut short is found again by {@link #plan} when the store is opened, or begun
 * anew. Owned by the thread that owns the state.
 */
public final class NextGeneration {

    private static final byte[] PRESENT = {1};
    private static final byte[] END = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff};

    private static final Map<Family, Family> ASIDE = Map.of(
            RECORDS, NEXT_RECORDS,
            BASE, NEXT_BASE,
            INDEX, NEXT_INDEX,
            STAGED, NEXT_STAGED,
            META, NEXT_META,
            // There are no commits, and no base apart from the view: all of this is empty.
            PENDING, NEXT_BASE,
            ERRORS, NEXT_BASE,
            BY_RECORD, NEXT_BASE);

    private final ReplicaState main;
    private final Storage storage;
    private @Nullable ReplicaState side;
    private Generations generations;
    /** The cursor of the state in use when what goes was begun to be looked for. */
    private byte @Nullable [] comparedAt;
    /** The relay's order that this follows, 0 if it does not know of one. */
    private long ordered;

    /** Beside a state; finds what an earlier run has left. */
    public NextGeneration(ReplicaState main) {
        this.main = main;
        this.storage = main.storage();
        this.generations = new Generations(main);
        if (!isOutlived() && isLoaded()) {
            side = openSide();
        }
    }

    /** What {@link #begin} was told and has not led to an end yet; null if nothing has begun. */
    public byte @Nullable [] plan() {
        return isOutlived() ? null : storage.get(NEXT_META, ReplicaMeta.PLAN);
    }

    /** Begins, after what else was begun is forgotten. */
    public void begin(byte[] plan) {
        discard();
        WriteBatch batch = new WriteBatch();
        batch.put(NEXT_META, ReplicaMeta.PLAN, plan);
        storage.write(batch, Durability.BUFFERED);
    }

    /** Whether the parts are loaded. */
    public boolean isLoaded() {
        return !isOutlived() && storage.get(NEXT_META, ReplicaMeta.LOADED) != null;
    }

    /**
     * Fills it from parts, and begins its indexes. Durable on return.
     *
     * @param start a page without patches that says where to go on from
     */
    public void load(Collection<String> parts, Page start) {
        ingest(parts);
        loaded(start);
    }

    /** The first half of {@link #load}, which takes some tenths of a second. Any thread, while nothing else is asked of this. */
    public void ingest(Collection<String> parts) {
        empty(NEXT_RECORDS);
        storage.ingest(NEXT_RECORDS, parts);
    }

    /** The second half. */
    public void loaded(Page start) {
        WriteBatch batch = new WriteBatch();
        batch.put(META, ReplicaMeta.LOADED, PRESENT);
        ReplicaMeta.putProgress(batch, ReplicaMeta.APPLIED, start, false);
        new SideStorage(storage, ASIDE).write(batch, Durability.SYNC);
        side = openSide();
    }

    /** The state beside, which is to be caught up. It must be loaded. */
    public ReplicaState state() {
        ReplicaState open = side;
        if (open == null) {
            throw new IllegalStateException("the next generation is not loaded");
        }
        return open;
    }

    /**
     * Does the next portion of what can be done before it takes the place: some milliseconds.
     *
     * @return whether there is more
     */
    public boolean prepare() {
        ReplicaState beside = state();
        byte[] now = main.cursor();
        if (!Arrays.equals(now, comparedAt)) {
            comparedAt = now;
            generations = new Generations(main);
        }
        beside.indexes().declare(main.indexes().declarations());
        return beside.indexes().build() || generations.keepFloors();
    }

    /** Whether it could take the place now: it is caught up, and not behind what it is to replace. */
    public boolean isReady() {
        return side != null
                && side.appliedPosition().sequence() > 0
                && side.appliedPosition().compareTo(main.appliedPosition()) >= 0;
    }

    /** When it takes the place, that follows the relay's order of this number. */
    public void follows(long order) {
        ordered = order;
    }

    /** Takes the place, for readers all at once, and durably. It must be {@linkplain #isReady ready}, and {@linkplain #prepare prepared} just before. */
    public void takePlace() {
        if (!isReady()) {
            throw new IllegalStateException("the next generation is not ready");
        }
        WriteBatch batch = new WriteBatch();
        batch.deleteRange(META, ReplicaMeta.leftPrefix(), ReplicaMeta.endOf(ReplicaMeta.leftPrefix()));
        batch.deleteRange(META, ReplicaMeta.doubtedPrefix(), ReplicaMeta.endOf(ReplicaMeta.doubtedPrefix()));
        putUnconfirmed(batch);
        batch.exchange(RECORDS, NEXT_RECORDS);
        batch.exchange(BASE, NEXT_BASE);
        batch.exchange(INDEX, NEXT_INDEX);
        batch.exchange(STAGED, NEXT_STAGED);
        putMeta(batch);
        batch.put(META, ReplicaMeta.OUTLIVED, PRESENT);
        if (ordered > main.refreshFollowed()) {
            batch.put(META, ReplicaMeta.REFRESH_FOLLOWED, ReplicaFamilies.number(ordered));
        }
        storage.write(batch, Durability.SYNC);
        side = null;
        main.exchanged();
        generations = new Generations(main);
        comparedAt = null;
    }

    /** Whether an old generation is still there, of which what is different is to be told, and which is to be dropped then. */
    public boolean isOutlived() {
        return storage.get(META, ReplicaMeta.OUTLIVED) != null;
    }

    /**
     * Tells the listener of the state the next of what is different since it took the place: some milliseconds. What is of a type that nobody
     * follows is left out.
     *
     * @return whether there is more
     */
    public boolean tellDifferences() {
        return isOutlived() && !generations.tellDifferences();
    }

    /**
     * Drops the files of the old generation. Any thread, before {@link #forgetOutlived}, while nothing is begun.
     *
     * @return false if that must be tried later, because someone still reads it
     */
    public boolean dropOutlived() {
        return List.of(NEXT_RECORDS, NEXT_INDEX).stream().allMatch(family -> isEmpty(family) || storage.clear(family));
    }

    /** The old generation is dropped: forgets what little else there was of it. */
    public void forgetOutlived() {
        WriteBatch batch = new WriteBatch();
        for (Family small : List.of(NEXT_BASE, NEXT_STAGED, NEXT_META)) {
            batch.deleteRange(small, new byte[0], END);
        }
        batch.delete(META, ReplicaMeta.OUTLIVED);
        storage.write(batch, Durability.BUFFERED);
    }

    /** Forgets what was begun; what has taken the place stays. Parts are not its business. */
    public void discard() {
        side = null;
        ReplicaFamilies.ofNext().forEach(this::empty);
        if (isOutlived()) {
            WriteBatch batch = new WriteBatch();
            batch.delete(META, ReplicaMeta.OUTLIVED);
            storage.write(batch, Durability.SYNC);
        }
        generations = new Generations(main);
    }

    private boolean isEmpty(Family family) {
        try (Scan scan = storage.scan(family, new byte[0], null)) {
            return !scan.next();
        } catch (StorageException e) {
            // What cannot be read is there.
            return false;
        }
    }

    private void empty(Family family) {
        if (!isEmpty(family) && !storage.clear(family)) {
            WriteBatch batch = new WriteBatch();
            batch.deleteRange(family, new byte[0], END);
            storage.write(batch, Durability.SYNC);
        }
    }

    private ReplicaState openSide() {
        return main.beside(new SideStorage(storage, ASIDE));
    }

    /** The records that commits are unconfirmed of become the new base and these commits. */
    private void putUnconfirmed(WriteBatch batch) {
        Map<Family, Family> places = new HashMap<>(ASIDE);
        List.of(PENDING, ERRORS, BY_RECORD).forEach(places::remove);
        BaseUpdate update = new BaseUpdate(main.beside(new SideStorage(storage, places)));
        RecordSlots before = new RecordSlots(main);
        Collection<RecordKey> touched = List.copyOf(main.log().keys());
        loadReadable(before, touched);
        // What a first filling that was given up has brought may be newer than what there is now, so it tells of
        // nothing that left.
        boolean isFilled = main.appliedPosition().sequence() > 0;
        update.again(touched, key -> isFilled ? confirmed(before, key) : Record.empty(key));
        update.finish();
        // What it writes of single values is of the state that stays.
        places.remove(META);
        batch.addAll(update.batch(), family -> places.getOrDefault(family, family));
    }

    private static void loadReadable(RecordSlots slots, Collection<RecordKey> keys) {
        try {
            slots.load(keys);
        } catch (StorageException e) {
            // One by one then, and without those that are damaged.
            return;
        }
    }

    private static Record confirmed(RecordSlots slots, RecordKey key) {
        try {
            return slots.slot(key).confirmed();
        } catch (StorageException e) {
            return Record.empty(key);
        }
    }

    private void putMeta(WriteBatch batch) {
        for (byte[] key :
                List.of(ReplicaMeta.STAGED, ReplicaMeta.READY, ReplicaMeta.READY_END, ReplicaMeta.STAGED_COUNTS)) {
            batch.delete(META, key);
        }
        ReplicaMeta.putProgress(
                batch, ReplicaMeta.APPLIED, ReplicaMeta.progress(new SideStorage(storage, ASIDE), ReplicaMeta.APPLIED));
        byte[] floors = ReplicaMeta.floorKey(new byte[0]);
        try (Scan scan = storage.scan(NEXT_META, floors, ReplicaMeta.endOf(floors))) {
            while (scan.next()) {
                if (ReplicaFamilies.number(scan.value()) > ReplicaMeta.number(storage, scan.key())) {
                    batch.put(META, scan.key(), scan.value());
                }
            }
        }
        byte[] indexes = ReplicaMeta.indexKey("");
        batch.deleteRange(META, indexes, ReplicaMeta.endOf(indexes));
        try (Scan scan = storage.scan(NEXT_META, indexes, ReplicaMeta.endOf(indexes))) {
            while (scan.next()) {
                batch.put(META, scan.key(), scan.value());
            }
        }
    }
}
