package io.anabranch.replica.cli;

import io.anabranch.crdt.Record;
import io.anabranch.replica.Replica;
import io.anabranch.replica.json.RecordJson;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints all records. */
@Command(
        name = "dump",
        description = "Prints all records as JSON, one a line, sorted by type and id.",
        mixinStandardHelpOptions = true)
final class DumpCommand extends ReadSubcommand {

    @Option(names = "--configuration", description = "Print the configuration that the device has instead.")
    private boolean configuration;

    @Override
    int run(Replica replica) {
        Consumer<Record> print = record -> out().println(RecordJson.line(record));
        if (configuration) {
            replica.forEachOfConfiguration(print);
        } else {
            replica.forEach(print);
        }
        return 0;
    }
}
