package io.anabranch.replica.cli;

import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.Transaction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Adds to a counter. */
@Command(name = "increment", description = "Adds to a counter of a record.", mixinStandardHelpOptions = true)
final class IncrementCommand extends SaveSubcommand {

    @Parameters(index = "1", paramLabel = "FIELD", description = "The counter.")
    @SuppressWarnings("NullAway.Init")
    private String field;

    @Parameters(index = "2", paramLabel = "N", description = "How much; may be negative.")
    private long amount;

    @Override
    void change(Transaction tx, RecordKey key) {
        tx.record(key.type(), key.id()).increment(field, amount);
    }
}
