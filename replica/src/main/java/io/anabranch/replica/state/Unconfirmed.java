package io.anabranch.replica.state;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.commit.Commit;
import java.util.ArrayList;
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
 * more than all the rest. It grows with what is pending, not with the store; some 300 bytes for a record.
 */
final class Unconfirmed {

    private static final int DELTAS_KEPT_MAX = 1_024;
    private static final List<CommitId> NONE = List.of();

    private final Map<RecordKey, List<CommitId>> byRecord = new HashMap<>();
    private final Map<CommitId, Deltas> deltas = new LinkedHashMap<>(64, 0.75f, true);
    private final Set<RecordKey> apart = new HashSet<>();
    private final Set<RecordKey> left = new HashSet<>();
    private int deltasKept;

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
        return byRecord.getOrDefault(key, NONE);
    }

    boolean touches(RecordKey key) {
        return byRecord.containsKey(key);
    }

    void add(RecordKey key, CommitId id) {
        byRecord.computeIfAbsent(key, absent -> new ArrayList<>(1)).add(id);
    }

    void add(Commit commit) {
        CommitId id = new CommitId(commit.replica(), commit.seq());
        commit.deltas().forEach(delta -> add(delta.key(), id));
        keep(id, commit);
    }

    void remove(Commit commit) {
        CommitId id = new CommitId(commit.replica(), commit.seq());
        for (Record delta : commit.deltas()) {
            List<CommitId> ids = byRecord.get(delta.key());
            if (ids != null && ids.remove(id) && ids.isEmpty()) {
                byRecord.remove(delta.key());
            }
        }
        Deltas kept = deltas.remove(id);
        deltasKept -= kept == null ? 0 : kept.count();
    }

    /** Notes whether a record has a base apart from its view. */
    void baseApart(RecordKey key, boolean isApart) {
        if (isApart) {
            apart.add(key);
        } else {
            apart.remove(key);
        }
    }

    /** Whether a record has a base apart from its view. */
    boolean isBaseApart(RecordKey key) {
        return apart.contains(key);
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
