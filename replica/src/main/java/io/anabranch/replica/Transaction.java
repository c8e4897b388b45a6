package io.anabranch.replica;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.state.CommitBuilder;
import io.anabranch.replica.state.SyncError;
import java.util.Optional;
import java.util.function.Consumer;

/** One save while it is being made: changes of any number of records that become one commit. Not thread-safe. */
public final class Transaction {

    private final CommitBuilder builder;
    private boolean unchecked;

    Transaction(CommitBuilder builder) {
        this.builder = builder;
    }

    /** Makes the changes of a save, gives new records their defaults, and sees that the configuration allows it. */
    static void run(Consumer<Transaction> changes, CommitBuilder builder, DeviceRules rules) {
        Transaction transaction = new Transaction(builder);
        changes.accept(transaction);
        if (!transaction.unchecked) {
            rules.writeDefaults(builder);
            rules.judge(builder);
        }
    }

    /** Leaves the judgement of this save to the relay: it is not held against the configuration, and nothing is filled in. */
    public Transaction unchecked() {
        unchecked = true;
        return this;
    }

    /** Brings back the records of a sync error that are deleted. */
    void undelete(SyncError error) {
        for (Record delta : error.commit().deltas()) {
            boolean deletes = delta.fields().isEmpty();
            if (!deletes && !builder.view(delta.key()).alive()) {
                builder.edit(delta.key()).undelete();
            }
        }
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
