package io.anabranch.replica.state;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.commit.Commit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private final Map<CommitId, Map<RecordKey, Record>> deltas = new LinkedHashMap<>(64, 0.75f, true);
    private int deltasKept;

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
        Map<RecordKey, Record> kept = deltas.remove(id);
        deltasKept -= kept == null ? 0 : kept.size();
    }

    /** The deltas of a commit if they are at hand. */
    @Nullable
    Map<RecordKey, Record> deltas(CommitId id) {
        return deltas.get(id);
    }

    /** Keeps the deltas of a commit at hand, in place of those that were not asked for the longest. */
    Map<RecordKey, Record> keep(CommitId id, Commit commit) {
        Map<RecordKey, Record> added = new HashMap<>();
        commit.deltas().forEach(delta -> added.put(delta.key(), delta));
        Map<RecordKey, Record> before = deltas.put(id, added);
        deltasKept += added.size() - (before == null ? 0 : before.size());
        Iterator<Map<RecordKey, Record>> oldest = deltas.values().iterator();
        while (deltasKept > DELTAS_KEPT_MAX && deltas.size() > 1 && oldest.hasNext()) {
            deltasKept -= oldest.next().size();
            oldest.remove();
        }
        return added;
    }
}
