package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.BASE;
import static io.anabranch.replica.state.ReplicaFamilies.BY_RECORD;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.commit.CommitId;
import io.anabranch.replica.storage.Scan;
import io.anabranch.replica.storage.StorageReader;
import io.anabranch.replica.wire.RecordKeys;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which unconfirmed commits touch which records, and the deltas of those looked at lately.
 *
 * <p>This is the family {@code by_record} in memory: it is asked for every record of every page, and an iterator of the store costs
 * more than all the rest. It takes some 500 bytes for a row, so where more than a limit are unconfirmed nothing of it is kept and the
 * store is asked instead, until half of the limit is left.
 */
final class Unconfirmed {

    private static final int DELTAS_KEPT_MAX = 1_024;
    private static final List<CommitId> NONE = List.of();

    private final StorageReader storage;
    private final int rowsInMemoryMax;
    /** Rows of {@code by_record}. */
    private long rowCount;
    /** Whether there are too many rows to keep them here. */
    private boolean isInStore;

    private final Map<RecordKey, List<CommitId>> byRecord = new HashMap<>();
    private final Map<CommitId, Deltas> deltas = new LinkedHashMap<>(64, 0.75f, true);
    private final Map<RecordKey, BaseKept> bases = new HashMap<>();
    /** Of records with an {@linkplain BaseKept#EMPTY empty} base that were written since the store was opened. */
    private final Map<RecordKey, ViewMark> viewMarks = new HashMap<>();
    /** Those that were made since the store was opened and are no sync errors. */
    private final Map<CommitId, CommitOutline> pending = new HashMap<>();

    private final Set<RecordKey> left = new HashSet<>();
    /** Those that a device made about itself. */
    private final Set<CommitId> ownMaking = new HashSet<>();

    private int deltasKept;

    Unconfirmed(StorageReader storage, int rowsInMemoryMax) {
        this.storage = storage;
        this.rowsInMemoryMax = rowsInMemoryMax;
        ReplicaMeta.left(storage).forEach(left::add);
        readRows();
    }

    private void readRows() {
        rowCount = 0;
        isInStore = false;
        try (Scan scan = storage.scan(BY_RECORD, new byte[0], null)) {
            while (scan.next()) {
                add(recordKey(scan.key()), ReplicaFamilies.commitId(ReplicaFamilies.commitKeyOf(scan.key())));
            }
        }
        if (isInStore) {
            return;
        }
        try (Scan scan = storage.scan(BASE, new byte[0], null)) {
            while (scan.next()) {
                bases.put(RecordKeys.decode(scan.key(), 0), kept(scan.value()));
            }
        }
    }

    private static RecordKey recordKey(byte[] row) {
        return RecordKeys.decode(Arrays.copyOf(row, row.length - ReplicaFamilies.COMMIT_KEY_SIZE - 1), 0);
    }

    private static BaseKept kept(byte @Nullable [] base) {
        if (base == null) {
            return BaseKept.AS_VIEW;
        }
        return base.length == 0 ? BaseKept.EMPTY : BaseKept.APART;
    }

    private void leaveToStore() {
        isInStore = true;
        byRecord.clear();
        bases.clear();
        viewMarks.clear();
        pending.clear();
    }

    /** How the base of a record is kept. */
    enum BaseKept {
        /** It is the view. */
        AS_VIEW,
        /** Apart from the view, and there is nothing in it. */
        EMPTY,
        /** Apart from the view. */
        APART
    }

    /** A commit and its deltas by record. */
    record Deltas(Commit commit, Map<RecordKey, Record> byRecord) {

        static Deltas of(Commit commit) {
            Map<RecordKey, Record> byRecord = new HashMap<>();
            commit.deltas().forEach(delta -> byRecord.put(delta.key(), delta));
            return new Deltas(commit, byRecord);
        }

        private int count() {
            return byRecord.size();
        }
    }

    /** The commits that touch a record, oldest first for each author. */
    List<CommitId> of(RecordKey key) {
        return isInStore ? stored(key, Integer.MAX_VALUE) : byRecord.getOrDefault(key, NONE);
    }

    private List<CommitId> stored(RecordKey key, int countMax) {
        List<CommitId> ids = new ArrayList<>(1);
        byte[] prefix = ReplicaFamilies.byRecordKey(RecordKeys.encode(key), new byte[0]);
        try (Scan scan = storage.scan(BY_RECORD, prefix, ReplicaMeta.endOf(prefix))) {
            while (ids.size() < countMax && scan.next()) {
                // The id of another record may go on with the zero byte that ends this one's.
                if (scan.key().length == prefix.length + ReplicaFamilies.COMMIT_KEY_SIZE) {
                    ids.add(ReplicaFamilies.commitId(ReplicaFamilies.commitKeyOf(scan.key())));
                }
            }
        }
        return ids;
    }

    /** The records that commits touch. */
    Set<RecordKey> keys() {
        if (!isInStore) {
            return byRecord.keySet();
        }
        Set<RecordKey> keys = new HashSet<>();
        try (Scan scan = storage.scan(BY_RECORD, new byte[0], null)) {
            while (scan.next()) {
                keys.add(recordKey(scan.key()));
            }
        }
        return keys;
    }

    boolean touches(RecordKey key) {
        return isInStore ? !stored(key, 1).isEmpty() : byRecord.containsKey(key);
    }

    private void add(RecordKey key, CommitId id) {
        rowCount++;
        if (!isInStore && rowCount > rowsInMemoryMax) {
            leaveToStore();
        }
        if (!isInStore) {
            byRecord.computeIfAbsent(key, absent -> new ArrayList<>(1)).add(id);
        }
        if (ReplicaFamilies.isOwnMaking(key.type())) {
            ownMaking.add(id);
        }
    }

    /** The commits that a device made about itself, which nobody needs to hear of. */
    Set<CommitId> ownMaking() {
        return ownMaking;
    }

    void add(Commit commit) {
        CommitId id = new CommitId(commit.replica(), commit.seq());
        CommitOutline outline = CommitOutline.of(commit);
        outline.keys().forEach(key -> add(key, id));
        if (!isInStore) {
            pending.put(id, outline);
        }
        keep(id, commit);
    }

    /** Forgets commits that have gone from the store. */
    void remove(List<CommitOutline> commits) {
        commits.forEach(this::remove);
        if (isInStore && rowCount <= rowsInMemoryMax / 2) {
            readRows();
        }
    }

    private void remove(CommitOutline commit) {
        rowCount -= commit.keys().size();
        for (RecordKey key : commit.keys()) {
            List<CommitId> ids = byRecord.get(key);
            if (ids != null && ids.remove(commit.id()) && ids.isEmpty()) {
                byRecord.remove(key);
            }
        }
        ownMaking.remove(commit.id());
        pending.remove(commit.id());
        Deltas kept = deltas.remove(commit.id());
        deltasKept -= kept == null ? 0 : kept.count();
    }

    /** A pending commit if it was made since the store was opened. */
    @Nullable
    CommitOutline pending(CommitId id) {
        return pending.get(id);
    }

    /** A pending commit is to be a sync error. */
    void rejected(CommitId id) {
        pending.remove(id);
    }

    /** Notes that nothing is confirmed of a record of which this is the view. */
    void baseEmpty(RecordKey key, ViewMark view) {
        baseKept(key, BaseKept.EMPTY);
        if (!isInStore) {
            viewMarks.put(key, view);
        }
    }

    /** What is remembered of the view of a record of which nothing is confirmed, null if nothing. */
    @Nullable
    ViewMark viewMark(RecordKey key) {
        return viewMarks.get(key);
    }

    /** Notes how the base of a record is kept. */
    void baseKept(RecordKey key, BaseKept kept) {
        viewMarks.remove(key);
        if (kept == BaseKept.AS_VIEW) {
            bases.remove(key);
        } else if (!isInStore) {
            bases.put(key, kept);
        }
    }

    /** How the base of a record is kept. */
    BaseKept baseKept(RecordKey key) {
        return isInStore ? kept(storage.get(BASE, RecordKeys.encode(key))) : bases.getOrDefault(key, BaseKept.AS_VIEW);
    }

    /** Notes whether a record has left the scope and stays for the sake of its commits. */
    void left(RecordKey key, boolean isLeft) {
        if (isLeft) {
            left.add(key);
        } else {
            left.remove(key);
        }
    }

    /** Whether a record has left the scope and stays for the sake of its commits. */
    boolean isLeft(RecordKey key) {
        return left.contains(key);
    }

    /** A commit if it is at hand. */
    @Nullable
    Deltas deltas(CommitId id) {
        return deltas.get(id);
    }

    /** Keeps a commit at hand, in place of those that were not asked for the longest. */
    Deltas keep(CommitId id, Commit commit) {
        Deltas added = Deltas.of(commit);
        Deltas before = deltas.put(id, added);
        deltasKept += added.count() - (before == null ? 0 : before.count());
        Iterator<Deltas> oldest = deltas.values().iterator();
        while (deltasKept > DELTAS_KEPT_MAX && deltas.size() > 1 && oldest.hasNext()) {
            deltasKept -= oldest.next().count();
            oldest.remove();
        }
        return added;
    }
}
