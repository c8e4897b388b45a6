package io.anabranch.replica.cli;

import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.RecordWriter;
import io.anabranch.replica.Replica;
import io.anabranch.replica.Transaction;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** A command that saves a change of one record. */
abstract sealed class SaveSubcommand implements Callable<Integer>
        permits PutCommand, ElementCommand, IncrementCommand, DeleteCommand {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private DeviceCommand device;

    @Parameters(index = "0", paramLabel = "TYPE/ID", converter = RecordKeyConverter.class, description = "The record.")
    @SuppressWarnings("NullAway.Init")
    private RecordKey key;

    @Option(names = "--no-check", description = "Leave the judgement to the relay.")
    private boolean unchecked;

    @Override
    public Integer call() {
        try (Replica replica = device.open()) {
            replica.commit(tx -> {
                if (unchecked) {
                    tx.unchecked();
                }
                change(tx, key);
            });
        }
        return 0;
    }

    abstract void change(Transaction tx, RecordKey key);

    static RecordWriter existing(Transaction tx, RecordKey key) {
        if (tx.get(key.type(), key.id()).isEmpty()) {
            throw new CliFailure("there is no record " + key + " on this device");
        }
        return tx.record(key.type(), key.id());
    }
}
