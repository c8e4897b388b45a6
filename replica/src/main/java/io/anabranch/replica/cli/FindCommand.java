package io.anabranch.replica.cli;

import io.anabranch.crdt.Record;
import io.anabranch.replica.Replica;
import io.anabranch.replica.json.RecordJson;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints the records that match a filter. */
@Command(
        name = "find",
        description = "Prints the records of a type that match a filter such as: state = 'WA' AND district > 3",
        mixinStandardHelpOptions = true)
final class FindCommand extends ReadSubcommand {

    @Parameters(index = "0", paramLabel = "TYPE", description = "The object type.")
    @SuppressWarnings("NullAway.Init")
    private String type;

    @Parameters(index = "1", arity = "0..1", paramLabel = "WHERE", description = "The filter; all records if left out.")
    private String where = "";

    @Option(
            names = "--order",
            paramLabel = "FIELD",
            description = "Order by a field, or FIELD DESC; by id if left out.")
    private @Nullable String order;

    @Option(names = "--limit", paramLabel = "N", description = "At most N records.")
    private @Nullable Long limit;

    @Override
    int run(Replica replica) {
        StringBuilder filter = new StringBuilder(where);
        if (order != null) {
            filter.append(" ORDER BY ").append(order);
        }
        OptionalLong countMax = limit == null ? OptionalLong.empty() : OptionalLong.of(limit);
        countMax.ifPresent(count -> filter.append(" LIMIT ").append(count));
        for (Record record : replica.find(type, filter.toString())) {
            if (json()) {
                out().println(RecordJson.line(record));
            } else {
                RecordText.print(out(), record);
            }
        }
        return 0;
    }
}
