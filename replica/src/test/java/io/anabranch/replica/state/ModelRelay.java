package io.anabranch.replica.state;

import com.google.protobuf.ByteString;
import io.anabranch.crdt.Field;
import io.anabranch.crdt.FieldName;
import io.anabranch.crdt.Position;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.Page;
import io.anabranch.proto.Patch;
import io.anabranch.proto.Patches;
import io.anabranch.proto.Rejection;
import io.anabranch.proto.RejectionCode;
import io.anabranch.proto.VerdictRun;
import io.anabranch.proto.Verdicts;
import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.wire.Positions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The relay as plainly as it can be: the state of each record at each position, kept for good. Its pages have just what changed
 * between two positions; it knows nothing of how a device keeps things.
 */
final class ModelRelay {

    private static final long OFFICE = 3;

    private final Map<RecordKey, TreeMap<Long, Record>> history = new TreeMap<>();
    /** For each commit judged, from seq 1: the position where it was accepted, 0 if it was rejected. */
    private final List<Long> verdicts = new ArrayList<>();

    /** For each record that was ever out of the device's scope: where it left, and where it came back. */
    private final Map<RecordKey, TreeMap<Long, Boolean>> scope = new TreeMap<>();

    private long head;
    private long stamp = 1;

    long head() {
        return head;
    }

    long nextSeq() {
        return verdicts.size() + 1L;
    }

    /** The position where a commit was accepted, 0 if it was not. */
    long acceptedAt(long seq) {
        return seq < nextSeq() ? verdicts.get((int) seq - 1) : 0;
    }

    Record state(RecordKey key, long position) {
        Map.Entry<Long, Record> entry =
                history.getOrDefault(key, new TreeMap<>()).floorEntry(position);
        return entry == null ? Record.empty(key) : entry.getValue();
    }

    /** A record leaves the device's scope, or comes back into it, at the next position. */
    void scope(RecordKey key, boolean inScope) {
        head++;
        scope.computeIfAbsent(key, absent -> new TreeMap<>()).put(head, inScope);
    }

    boolean isInScope(RecordKey key, long position) {
        Map.Entry<Long, Boolean> entry =
                scope.getOrDefault(key, new TreeMap<>()).floorEntry(position);
        return entry == null || entry.getValue();
    }

    /** What the device should have of a record. */
    Record visible(RecordKey key, long position) {
        return isInScope(key, position) ? state(key, position) : Record.empty(key);
    }

    /** Someone at the office changes a record. */
    void write(RecordKey key, Consumer<RecordEdit> changes) {
        Record seen = state(key, head);
        RecordEdit.Author author = new RecordEdit.Author(OFFICE, seen.context().last(OFFICE) + 1, stamp++);
        RecordEdit edit = new RecordEdit(seen, null, author);
        changes.accept(edit);
        admit(List.of(edit.build()));
    }

    /** Accepts the next commit, unless it changes a record that was never created. */
    boolean accept(Commit commit) {
        if (commit.seq() != nextSeq()) {
            throw new AssertionError("commit " + commit.seq() + " is out of turn");
        }
        boolean known = commit.deltas().stream()
                .allMatch(delta -> delta.creates() || !state(delta.key(), head).isEmpty());
        if (known) {
            admit(commit.deltas());
        }
        verdicts.add(known ? head : 0);
        return known;
    }

    void reject(Commit commit) {
        if (commit.seq() != nextSeq()) {
            throw new AssertionError("commit " + commit.seq() + " is out of turn");
        }
        verdicts.add(0L);
    }

    /** An administrator has a rejected commit tried again, and it is accepted. */
    void acceptAfterAll(Commit commit) {
        admit(commit.deltas());
        verdicts.set((int) commit.seq() - 1, head);
    }

    /** The verdicts on the commits from one seq up to another one. */
    Verdicts verdicts(long firstSeq, long endSeq) {
        Verdicts.Builder runs = Verdicts.newBuilder();
        for (long seq = firstSeq; seq < endSeq; seq++) {
            long at = acceptedAt(seq);
            runs.addRuns(at > 0 ? accepted(seq, 1, at) : rejected(seq, 1));
        }
        return runs.build();
    }

    static VerdictRun accepted(long firstSeq, long count, long sequence) {
        return VerdictRun.newBuilder()
                .setFirstSeq(firstSeq)
                .setCount(count)
                .setAccepted(Positions.toMessage(new Position(1, sequence)))
                .build();
    }

    static VerdictRun rejected(long firstSeq, long count) {
        return VerdictRun.newBuilder()
                .setFirstSeq(firstSeq)
                .setCount(count)
                .setRejected(Rejection.newBuilder().setCode(RejectionCode.VALIDATION_FAILED))
                .build();
    }

    /** A consistent page, for a device that has the state of one position: what changed up to another one. */
    Page page(long from, long to) {
        return page(from, from, to);
    }

    /** A consistent page, for a device that had the state of one position and has taken parts of what changed since. */
    Page page(long since, long from, long to) {
        Patches.Builder patches = Patches.newBuilder();
        history.forEach((key, states) -> {
            if (touched(key, to) > from) {
                patches.addPatch(patch(key, since, to));
            }
        });
        return page(from, to, patches.build())
                .setCursor(cursor(to, to))
                .setConsistent(true)
                .build();
    }

    /** A part of catching up with the head: the records that last changed between two positions, as they are now. */
    Page partialPage(long since, long from, long to) {
        Patches.Builder patches = Patches.newBuilder();
        history.forEach((key, states) -> {
            if (touched(key, head) > from && touched(key, head) <= to) {
                patches.addPatch(patch(key, since, head));
            }
        });
        return page(from, to, patches.build()).setCursor(cursor(since, to)).build();
    }

    static Page.Builder page(long from, long to, Patches patches) {
        return Page.newBuilder()
                .setFrom(Positions.toMessage(new Position(1, from)))
                .setPosition(Positions.toMessage(new Position(1, to)))
                .setPatches(patches.toByteString());
    }

    static ByteString cursor(long since, long position) {
        return ByteString.copyFrom(
                ByteBuffer.allocate(16).putLong(since).putLong(position).array());
    }

    private void admit(List<Record> deltas) {
        head++;
        for (Record delta : deltas) {
            Record state = state(delta.key(), head).join(delta).folded(new Position(1, head));
            history.computeIfAbsent(delta.key(), absent -> new TreeMap<>()).put(head, state);
        }
    }

    /** Where the record or its scope last changed. */
    private long touched(RecordKey key, long position) {
        Long changed = history.getOrDefault(key, new TreeMap<>()).floorKey(position);
        Long moved = scope.getOrDefault(key, new TreeMap<>()).floorKey(position);
        return Math.max(changed == null ? 0 : changed, moved == null ? 0 : moved);
    }

    private Patch patch(RecordKey key, long since, long to) {
        Record after = state(key, to);
        boolean moved = !isInScope(key, since)
                || scope.getOrDefault(key, new TreeMap<>())
                        .subMap(since, false, to, true)
                        .containsValue(false);
        if (!isInScope(key, to) || (moved && after.isEmpty())) {
            return Patch.newBuilder()
                    .setType(key.type())
                    .setId(key.id())
                    .setLeave(true)
                    .build();
        } else if (moved) {
            return Patch.newBuilder()
                    .setType(key.type())
                    .setId(key.id())
                    .setWhole(true)
                    .setState(ByteString.copyFrom(after.encode()))
                    .build();
        }
        Set<FieldName> changed = changed(key, since, to);
        Patch.Builder patch = Patch.newBuilder()
                .setType(key.type())
                .setId(key.id())
                .setState(ByteString.copyFrom(after.only(changed).encode()));
        for (FieldName name : changed) {
            if (after.field(name).isEmpty()) {
                patch.addGone(io.anabranch.proto.FieldName.newBuilder()
                        .setName(name.name())
                        .setKind(name.kind().code()));
            }
        }
        return patch.build();
    }

    /** Also fields that changed and changed back: a device that took a part may have met them in between. */
    private Set<FieldName> changed(RecordKey key, long since, long to) {
        Set<FieldName> changed = new HashSet<>();
        Record before = state(key, since);
        for (Record after : history.getOrDefault(key, new TreeMap<>())
                .subMap(since, false, to, true)
                .values()) {
            Set<Field> fields = new HashSet<>(before.fields());
            after.fields().stream().filter(field -> !fields.remove(field)).forEach(fields::add);
            fields.forEach(field -> changed.add(field.name()));
            before = after;
        }
        return changed;
    }
}
