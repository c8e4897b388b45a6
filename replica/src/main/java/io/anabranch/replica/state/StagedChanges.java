package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.RECORDS;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.storage.Snapshot;
import io.anabranch.replica.storage.Storage;
import io.anabranch.replica.wire.RecordKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Of the rows that were moved into the base, what those who follow records have to be told: decoded for them, after the switch. */
final class StagedChanges implements AutoCloseable {

    private static final int CHUNK = 1_000;

    private final Storage storage;
    private final Predicate<String> followed;
    private final List<Moved> moved = new ArrayList<>();
    private @Nullable Snapshot before;
    private long count;

    private record Moved(RecordKey key, StagedRow row) {}

    StagedChanges(Storage storage, Predicate<String> followed) {
        this.storage = storage;
        this.followed = followed;
    }

    /** To be called before the switch. */
    void add(RecordKey key, StagedRow row) {
        count++;
        if (followed.test(key.type())) {
            if (before == null) {
                before = storage.snapshot();
            }
            moved.add(new Moved(key, row));
        }
    }

    /** How many rows were moved. */
    long count() {
        return count;
    }

    /** To be called after the switch. */
    void tell(Consumer<List<RecordChange>> listener) {
        Snapshot snapshot = before;
        for (int i = 0; snapshot != null && i < moved.size(); i += CHUNK) {
            listener.accept(changes(snapshot, moved.subList(i, Math.min(moved.size(), i + CHUNK))));
        }
    }

    @Override
    public void close() {
        if (before != null) {
            before.close();
        }
    }

    private static List<RecordChange> changes(Snapshot snapshot, List<Moved> chunk) {
        List<byte @Nullable []> befores = snapshot.getAll(
                RECORDS, chunk.stream().map(one -> RecordKeys.encode(one.key)).toList());
        List<RecordChange> changes = new ArrayList<>();
        for (int i = 0; i < chunk.size(); i++) {
            RecordKey key = chunk.get(i).key;
            byte[] had = befores.get(i);
            Record was = had == null ? Record.empty(key) : Record.decode(key, had);
            Record is = chunk.get(i).row.record(key);
            if (!was.equals(is)) {
                changes.add(new RecordChange(was, is));
            }
        }
        return changes;
    }
}
