package io.anabranch.replica.state;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The edits of one save, while it is being made. Not thread-safe; of no use after the save. */
public final class CommitBuilder {

    private final CommitGroup group;
    private final long stamp;
    private final Map<RecordKey, RecordEdit> edits = new LinkedHashMap<>();
    private final Map<RecordKey, Record> repeated = new LinkedHashMap<>();

    CommitBuilder(CommitGroup group, long stamp) {
        this.group = group;
        this.stamp = stamp;
    }

    /** The edit of a record in this save. */
    public RecordEdit edit(RecordKey key) {
        return edits.computeIfAbsent(key, absent -> group.edit(key, stamp));
    }

    /** A record as it was before this save. */
    public Record view(RecordKey key) {
        return group.view(key);
    }

    long stamp() {
        return stamp;
    }

    void repeat(Record delta) {
        repeated.put(delta.key(), RecordEdit.repeat(delta, group.author(delta.key(), stamp)));
    }

    List<Record> deltas() {
        List<Record> deltas = new ArrayList<>(repeated.values());
        for (RecordEdit edit : edits.values()) {
            Record delta = edit.build();
            if (!delta.isEmpty()) {
                deltas.add(delta);
            }
        }
        return deltas;
    }
}
