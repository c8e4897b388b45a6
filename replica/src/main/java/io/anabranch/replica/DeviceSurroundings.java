package io.anabranch.replica;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.replica.query.Operand;
import io.anabranch.replica.schema.Surroundings;
import io.anabranch.replica.state.CommitBuilder;
import io.anabranch.replica.state.IndexDeclaration;
import io.anabranch.replica.state.IndexKeys;
import io.anabranch.replica.state.IndexScan;
import io.anabranch.replica.state.RecordIndexes;
import io.anabranch.replica.storage.StorageReader;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a device knows around a save that is being made: it holds a part of the records, so it is certain of little. */
record DeviceSurroundings(StorageReader storage, CommitBuilder builder, long nowMillis) implements Surroundings {

    @Override
    public boolean isComplete() {
        return false;
    }

    @Override
    public boolean isMissing(RecordKey key) {
        Record view = builder.view(key);
        return !builder.edits().containsKey(key) && !view.isEmpty() && !view.alive();
    }

    @Override
    public boolean isTaken(RecordKey own, String field, Value value) {
        Optional<Integer> index = RecordIndexes.find(storage, new IndexDeclaration(own.type(), field));
        if (index.isEmpty()) {
            return false;
        }
        byte[] key = IndexKeys.of(value);
        try (IndexScan scan = new IndexScan(storage, own.type(), new IndexScan.Part(index.get(), key, key, false))) {
            while (scan.next()) {
                RecordKey other = scan.record();
                // What this very save does to another record is for the relay to see.
                if (!other.equals(own)
                        && !builder.edits().containsKey(other)
                        && new Operand.Field(field).values(builder.view(other)).contains(value)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public Iterable<Record> records(String type, Operand.Stored selected, @Nullable Value value) {
        return List.of();
    }

    @Override
    public ZoneId zone() {
        return ZoneId.systemDefault();
    }
}
