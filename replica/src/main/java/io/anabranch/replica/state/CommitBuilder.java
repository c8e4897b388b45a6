package io.anabranch.replica.state;

import io.anabranch.crdt.Dot;
import io.anabranch.crdt.Entry;
import io.anabranch.crdt.Field;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The edits of one save, while it is being made. Not thread-safe; of no use after the save. */
public final class CommitBuilder {

    private final CommitGroup group;
    private final long stamp;
    private final Map<RecordKey, RecordEdit> edits = new LinkedHashMap<>();
    private final Map<RecordKey, Record> repeated = new LinkedHashMap<>();
    private final Set<RecordKey> read = new LinkedHashSet<>();

    CommitBuilder(CommitGroup group, long stamp) {
        this.group = group;
        this.stamp = stamp;
    }

    /** The edit of a record in this save. */
    public RecordEdit edit(RecordKey key) {
        return edits.computeIfAbsent(key, absent -> group.edit(key, repeated.get(key), stamp));
    }

    /** A record as it was before this save. */
    public Record view(RecordKey key) {
        read.add(key);
        return group.view(key);
    }

    /** The edits so far, by record. */
    public Map<RecordKey, RecordEdit> edits() {
        return Collections.unmodifiableMap(edits);
    }

    /** The records that were looked at. */
    Set<RecordKey> read() {
        return read;
    }

    long stamp() {
        return stamp;
    }

    /** Adds a delta again, with dots of its own: those of its writes in place of those they had, which are returned. */
    Map<Dot, Dot> repeat(Record delta) {
        RecordEdit.Author author = group.author(delta.key(), stamp);
        repeated.put(delta.key(), RecordEdit.repeat(delta, author));
        Map<Dot, Dot> successors = new LinkedHashMap<>();
        for (Field field : delta.fields()) {
            for (Entry entry : field.entries()) {
                successors.put(entry.dot(), new Dot(author.replica(), author.firstN() + successors.size()));
            }
        }
        return successors;
    }

    /** What the edits so far come to. */
    public List<Record> deltas() {
        Map<RecordKey, Record> made = new LinkedHashMap<>(repeated);
        for (RecordEdit edit : edits.values()) {
            Record delta = edit.build();
            if (!delta.isEmpty()) {
                made.merge(delta.key(), delta, Record::join);
            }
        }
        return List.copyOf(made.values());
    }
}
