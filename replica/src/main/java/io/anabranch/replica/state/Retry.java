package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.ERRORS;

import com.google.protobuf.ByteString;
import io.anabranch.crdt.Dot;
import io.anabranch.crdt.DotSet;
import io.anabranch.crdt.Entry;
import io.anabranch.crdt.Field;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.Delta;
import io.anabranch.proto.PendingCommit;
import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.commit.CommitId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Makes a new commit of a sync error's content, which takes its place.
 *
 * <p>Later errors may rest on it: one that took an element out of a set which this one put in names the dot of that. The repetition has
 * dots of its own, so what such an error superseded of the old commit it is noted to supersede of the new one; retried in order they come
 * to what they were meant to.
 */
final class Retry {

    private final ReplicaState state;
    private final CommitGroup group;
    private final CommitOutline outline;
    private final Commit rejected;
    /** For each record, the dots of the old commit and those that take their place. */
    private final Map<RecordKey, Map<Dot, Dot>> repeated = new LinkedHashMap<>();
    /** For each later error, what else it supersedes now. */
    private final Map<CommitId, Map<RecordKey, DotSet>> superseded = new LinkedHashMap<>();

    Retry(ReplicaState state, PendingCommit row) {
        this.state = state;
        this.group = state.newGroup();
        this.outline = CommitOutline.of(row.getBody());
        this.rejected = PendingLog.commit(row);
    }

    /**
     * Does it, durably.
     *
     * @param without fields of the rejected commit to leave out
     * @param edits further changes on top
     * @return the new commit's seq, 0 if there is nothing left to save: then the error stays
     */
    long write(Set<String> without, Consumer<CommitBuilder> edits) {
        long seq = group.add(builder -> {
            for (Record delta : rejected.deltas()) {
                Record kept = without.isEmpty() ? delta : without(delta, without);
                if (!kept.isEmpty()) {
                    repeated.put(delta.key(), builder.repeat(kept));
                }
            }
            edits.accept(builder);
        });
        if (seq == 0) {
            return 0;
        }
        repeated.forEach(this::noteLater);
        Departures departures = new Departures(state.log(), state.evicted());
        rejected.deltas().forEach(delta -> review(delta, departures));
        Map<CommitId, Commit> rewritten = putLater();
        state.log().delete(group.batch(), ERRORS, outline);
        departures.writeTo(group.batch());
        group.write();
        state.log().removed(List.of(outline));
        rewritten.forEach(state.log()::rewritten);
        departures.written();
        return seq;
    }

    /** A delta that leaves fields as they are without it. */
    private Record without(Record delta, Set<String> names) {
        List<Field> fields = new ArrayList<>();
        DotSet.Builder context = new DotSet.Builder();
        for (Field field : delta.fields()) {
            field.entries().forEach(entry -> context.add(entry.dot()));
            if (!names.contains(field.name().name())) {
                fields.add(field);
            }
        }
        if (fields.isEmpty()) {
            // A deletion has none to leave out.
            return delta.fields().isEmpty() ? delta : Record.empty(delta.key());
        }
        for (Field field : group.everWritten(delta.key()).fields()) {
            for (Entry entry : field.entries()) {
                if (delta.context().contains(entry.dot())
                        && !names.contains(field.name().name())) {
                    context.add(entry.dot());
                }
            }
        }
        return new Record(delta.key(), context.build(), fields);
    }

    private void noteLater(RecordKey key, Map<Dot, Dot> dots) {
        for (CommitId id : state.log().commitsOf(key)) {
            Record delta = id.equals(outline.id()) ? null : state.log().delta(id, key);
            if (delta != null && state.log().find(ERRORS, id.seq()).isPresent()) {
                DotSet.Builder more = new DotSet.Builder();
                dots.forEach((old, successor) -> {
                    if (delta.context().contains(old)) {
                        more.add(successor);
                    }
                });
                DotSet added = more.build();
                if (!added.isEmpty()) {
                    superseded
                            .computeIfAbsent(id, absent -> new LinkedHashMap<>())
                            .put(key, added);
                }
            }
        }
    }

    /** The view of a record is the base and all that is unconfirmed but the old commit. */
    private void review(Record old, Departures departures) {
        RecordKey key = old.key();
        RecordSlots.Slot slot = group.slots().slot(key);
        List<Record> deltas = new ArrayList<>();
        for (CommitId id : state.log().commitsOf(key)) {
            Record delta = id.equals(outline.id()) ? null : state.log().delta(id, key);
            if (delta != null) {
                DotSet more = superseded.getOrDefault(id, Map.of()).getOrDefault(key, DotSet.EMPTY);
                deltas.add(delta.withContext(delta.context().union(more)));
            }
        }
        deltas.addAll(group.made(key));
        long usedDot = old.context().last(state.replica());
        if (deltas.isEmpty()) {
            goes(slot, departures, usedDot);
            return;
        } else if (!repeated.containsKey(key)) {
            state.keepFloor(group.batch(), slot, usedDot);
        }
        Record view = slot.confirmed();
        boolean known = !view.isEmpty();
        for (Record delta : deltas) {
            view = view.join(delta);
            known |= delta.creates();
        }
        slot.view(known ? view : Record.empty(key));
    }

    /** Nothing unconfirmed is left of a record. */
    private void goes(RecordSlots.Slot slot, Departures departures, long lastDot) {
        long usedDot = Math.max(lastDot, slot.confirmed().context().last(state.replica()));
        if (departures.isWaiting(slot.view.key())) {
            departures.evict(slot);
        } else {
            slot.confirm();
        }
        state.keepFloor(group.batch(), slot, usedDot);
    }

    private Map<CommitId, Commit> putLater() {
        Map<CommitId, Commit> rewritten = new LinkedHashMap<>();
        superseded.forEach((id, byRecord) -> {
            PendingCommit.Builder row = state.log().find(ERRORS, id.seq()).orElseThrow().toBuilder();
            byRecord.forEach((key, dots) -> row.addSupersedes(Delta.newBuilder()
                    .setType(key.type())
                    .setId(key.id())
                    .setState(ByteString.copyFrom(new Record(key, dots, List.of()).encode()))));
            PendingCommit built = row.build();
            group.batch().put(ERRORS, ReplicaFamilies.commitKey(id), built.toByteArray());
            rewritten.put(id, PendingLog.commit(built));
        });
        return rewritten;
    }
}
