package io.anabranch.replica.cli;

import io.anabranch.replica.Replica;
import io.anabranch.replica.json.RecordJson;
import picocli.CommandLine.Command;

/** Prints all records. */
@Command(
        name = "dump",
        description = "Prints all records as JSON, one a line, sorted by type and id.",
        mixinStandardHelpOptions = true)
final class DumpCommand extends ReadSubcommand {

    @Override
    int run(Replica replica) {
        replica.forEach(record -> out().println(RecordJson.line(record)));
        return 0;
    }
}
