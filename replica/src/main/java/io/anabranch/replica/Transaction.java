package io.anabranch.replica;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.state.CommitBuilder;
import java.util.Optional;

/** One save while it is being made: changes of any number of records that become one commit. Not thread-safe. */
public final class Transaction {

    private final CommitBuilder builder;

    Transaction(CommitBuilder builder) {
        this.builder = builder;
    }

    /** The changes of a record in this save. */
    public RecordWriter record(String type, String id) {
        return new RecordWriter(builder.edit(new RecordKey(type, id)));
    }

    /** A record with all that is known of it as it was before this save, even if it was deleted. */
    public Record view(RecordKey key) {
        return builder.view(key);
    }

    /** A record as it was before this save, empty if it does not exist. */
    public Optional<Record> get(String type, String id) {
        return Optional.of(builder.view(new RecordKey(type, id))).filter(Record::alive);
    }
}
