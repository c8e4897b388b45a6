package io.anabranch.replica.cli;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.Replica;
import io.anabranch.replica.json.RecordJson;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints one record. */
@Command(name = "get", description = "Prints a record.", mixinStandardHelpOptions = true)
final class GetCommand extends ReadSubcommand {

    @Parameters(index = "0", paramLabel = "TYPE/ID", converter = RecordKeyConverter.class, description = "The record.")
    @SuppressWarnings("NullAway.Init")
    private RecordKey key;

    @Override
    int run(Replica replica) {
        Optional<Record> record = replica.get(key.type(), key.id());
        if (record.isEmpty()) {
            throw new CliFailure("there is no record " + key + " on this device; sync, or look at its id");
        }
        if (json()) {
            out().println(RecordJson.line(record.get()));
        } else {
            RecordText.print(out(), record.get());
        }
        return 0;
    }
}
