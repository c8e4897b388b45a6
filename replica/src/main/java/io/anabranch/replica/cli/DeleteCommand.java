package io.anabranch.replica.cli;

import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.Transaction;
import picocli.CommandLine.Command;

/** Deletes a record. */
@Command(name = "delete", description = "Deletes a record.", mixinStandardHelpOptions = true)
final class DeleteCommand extends SaveSubcommand {

    @Override
    void change(Transaction tx, RecordKey key) {
        existing(tx, key).delete();
    }
}
