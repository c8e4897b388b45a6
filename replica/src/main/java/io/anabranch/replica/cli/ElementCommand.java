package io.anabranch.replica.cli;

import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.replica.Transaction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Changes a set by one element. */
abstract sealed class ElementCommand extends SaveSubcommand {

    @Parameters(index = "1", paramLabel = "FIELD", description = "The set.")
    @SuppressWarnings("NullAway.Init")
    private String field;

    @Parameters(index = "2", paramLabel = "VALUE", description = "The element.")
    @SuppressWarnings("NullAway.Init")
    private String element;

    String field() {
        return field;
    }

    Value element() {
        return Assignment.element(element);
    }

    /** Adds it. */
    @Command(name = "add", description = "Adds an element to a set of a record.", mixinStandardHelpOptions = true)
    static final class Add extends ElementCommand {

        @Override
        void change(Transaction tx, RecordKey key) {
            tx.record(key.type(), key.id()).add(field(), element());
        }
    }

    /** Removes it. */
    @Command(
            name = "remove",
            description = "Removes an element from a set of a record.",
            mixinStandardHelpOptions = true)
    static final class Remove extends ElementCommand {

        @Override
        void change(Transaction tx, RecordKey key) {
            existing(tx, key).remove(field(), element());
        }
    }
}
